/**
 * Service-level agreements as data: what is promised, of what, how uptime is counted, what is left out, and what is given back
 * when it is missed. A promise is worth its text: each says where it comes from and how well that is known.
 */
import type { Text } from '../units/fields.ts'

/** Uptime below this many percent earns this many percent of the month's bill; at the threshold the better tier holds. */
export interface Tier {
  readonly below: number
  readonly credit: number
}

/**
 * Of what the uptime is: of a region, down while more than one zone used there is down; of each instance for itself; or of the
 * service as its callers see it.
 */
export type Scope = 'region' | 'instance' | 'service'

/** What is published: all of it, only the commitment (tiers from memory, unverified), or nothing (all from memory). */
export type Known = 'published' | 'commitment' | 'remembered'

export interface Profile {
  readonly name: string
  readonly product: string
  readonly scope: Scope
  /** Uptime is 100 % less the share of time unavailable, or less the mean of the error rates of five-minute intervals. */
  readonly uptime: 'time' | 'error-rates'
  /** Best tier first. */
  readonly tiers: readonly Tier[]
  readonly known: Known
  readonly source: string
}

/** What every profile counts over. */
export const WINDOW: Text = { en: 'calendar month of the bill', zh: '账单所属自然月' }

/** What no profile counts. Source: the providers’ agreements for S3, RDS and compute. */
export const EXCLUSIONS: readonly Text[] = [
  { en: 'what the customer or the customer’s equipment does', zh: '客户自身或其设备的原因' },
  { en: 'force majeure and the network outside the provider’s reach', zh: '不可抗力及提供方控制范围外的网络' },
  { en: 'accounts that are suspended', zh: '被停用的账户' },
]

/** How a credit is had. */
export const CONDITIONS: readonly Text[] = [
  {
    en: 'only on request, by the end of the second billing cycle after the incident',
    zh: '须在事件后第二个账单周期结束前申请',
  },
  { en: 'against future bills, from 1 USD upwards', zh: '仅抵扣未来账单，最低 1 美元' },
  { en: 'never more than the month’s bill of the service that failed', zh: '不超过故障服务的当月费用' },
]

/** The usual three tiers: below the commitment, below 99 %, below 95 %. */
const tiers = (commitment: number, middle = 25, [low, lowest] = [99, 95]): readonly Tier[] => [
  { below: commitment, credit: 10 },
  { below: low, credit: middle },
  { below: lowest, credit: 100 },
]

const ROUTE_53 = [
  { below: 100, credit: 10 },
  { below: 99.99, credit: 25 },
  { below: 99.95, credit: 100 },
]

const promise =
  (uptime: Profile['uptime']) =>
  (name: string, product: string, its: readonly Tier[], known: Known, source = LISTED, scope: Scope = 'service'): Profile => ({
    name,
    product,
    scope,
    uptime,
    tiers: its,
    known,
    source,
  })
const byTime = promise('time')
const byErrors = promise('error-rates')

const COMPUTE = 'Amazon Compute SLA'
const RDS = 'Amazon RDS SLA, 2024-01-22'
const DYNAMODB = 'Amazon DynamoDB SLA; five-minute averages from memory'
const LISTED = 'list of agreements, snapshot of 2023-01; tiers as most have them'

/** All profiles. */
export const profiles: readonly Profile[] = [
  byTime('ec2-region', 'EC2, EBS, ECS, Fargate in a region', tiers(99.99, 30), 'published', COMPUTE, 'region'),
  byTime('ec2-instance', 'one EC2 instance', tiers(99.5, 30), 'commitment', `${COMPUTE}, since 2022-05`, 'instance'),
  byTime('rds-multi-az', 'RDS with a standby in another zone', tiers(99.95), 'published', RDS),
  byTime('rds-single', 'RDS, a single instance', tiers(99.5), 'published', RDS),
  byTime('aurora', 'Aurora over several zones', tiers(99.99), 'commitment'),
  byErrors('s3-standard', 'S3 Standard', tiers(99.9), 'published', 'Amazon S3 SLA'),
  byErrors('s3-infrequent', 'S3 infrequent access', tiers(99, 25, [98, 95]), 'published', 'Amazon S3 SLA'),
  byErrors('dynamodb', 'DynamoDB', tiers(99.99), 'published', DYNAMODB),
  byErrors('dynamodb-global', 'DynamoDB global tables', tiers(99.999), 'published', DYNAMODB),
  byTime('dax', 'DAX over several zones', tiers(99.99), 'published', 'Amazon DAX SLA'),
  byTime('dax-single', 'DAX in one zone', tiers(99.5), 'published', 'Amazon DAX SLA'),
  byErrors('lambda', 'Lambda', tiers(99.95), 'commitment'),
  byTime('elb', 'Application and Network Load Balancer', tiers(99.99), 'commitment'),
  byTime('route53', 'Route 53 hosted zones', ROUTE_53, 'remembered', 'from memory'),
  byTime('route53-resolver', 'Route 53 Resolver endpoints', tiers(99.99), 'published', 'Route 53 Resolver SLA'),
  byTime('api-gateway', 'API Gateway', tiers(99.95), 'commitment'),
  byTime('eks', 'EKS', tiers(99.95), 'commitment'),
  byTime('kms', 'KMS', tiers(99.999), 'commitment'),
  byTime('transit-gateway', 'Transit Gateway', tiers(99.99), 'commitment'),
  byTime('nat-gateway', 'NAT Gateway', tiers(99.9), 'commitment'),
  byTime('sqs', 'SQS and SNS', tiers(99.9), 'commitment'),
  byTime('efs', 'EFS over several zones', tiers(99.99), 'commitment'),
  byTime('kinesis', 'Kinesis', tiers(99.9), 'commitment'),
  byTime('vpn', 'Site-to-Site VPN', tiers(99.95), 'commitment'),
]

/** The profile with this name, if there is one. */
export function profileNamed(name: string): Profile | undefined {
  return profiles.find(profile => profile.name === name)
}
