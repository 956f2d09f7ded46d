/**
 * Published availability that services are designed for, by plane, and what it comes to along a request that touches several.
 * Goals, not promises, and not measurements. Source: W. Vogels, re:Invent keynote (2017); Reliability Pillar, appendix on
 * designed-for availability (from memory, unverified).
 */
import type { Ratio } from '../units/quantity.ts'
import { series } from './blocks.ts'

/** Control plane: what changes things. Data plane: what serves, in one zone, over several, or as a whole. */
export const PLANES = ['control', 'zone', 'zones', 'service'] as const
export type Plane = (typeof PLANES)[number]

export interface Targets {
  readonly name: string
  readonly planes: Readonly<Partial<Record<Plane, Ratio>>>
  readonly known: 'P' | 'M'
}

const published = (name: string, planes: Targets['planes'], known: 'P' | 'M' = 'P'): Targets => ({ name, planes, known })
const remembered = (name: string, planes: Targets['planes']): Targets => published(name, planes, 'M')

export const targets: readonly Targets[] = [
  published('ec2', { control: 0.9995, zone: 0.9995, zones: 0.9999 }),
  published('rds', { control: 0.9995, zone: 0.9995, zones: 0.9999 }),
  published('ecs', { control: 0.9995, service: 0.9999 }),
  published('ebs', { control: 0.9995, service: 0.99999 }),
  published('kinesis', { service: 0.9999 }),
  published('dynamodb', { service: 0.9999 }),
  published('cloudfront', { control: 0.999, service: 0.9999 }),
  published('route53', { control: 0.9995, service: 1 }),
  published('iam', { control: 0.999, service: 0.99995 }),
  published('kms', { control: 0.9999, service: 0.99995 }),
  remembered('api-gateway', { control: 0.9995, service: 0.9999 }),
  remembered('aurora', { control: 0.9995, zone: 0.9995, zones: 0.9999 }),
  remembered('cloudwatch', { service: 0.9999 }),
  remembered('efs', { control: 0.9995, service: 0.9999 }),
  remembered('elb', { control: 0.9995, service: 0.9999 }),
  remembered('lambda', { control: 0.999, service: 0.9995 }),
  remembered('s3', { service: 0.9999 }),
  remembered('s3-infrequent', { service: 0.999 }),
  remembered('s3-one-zone', { service: 0.995 }),
  remembered('sns', { control: 0.999, service: 0.9999 }),
  remembered('sqs', { control: 0.9998, service: 0.9999 }),
]

/** The plane that answers requests: over several zones where there is one, else the service as a whole. */
export function servingPlane({ planes }: Targets): Plane {
  return planes.zones === undefined ? 'service' : 'zones'
}

/** One service that a request touches. */
export interface Hop {
  readonly targets: Targets
  readonly plane: Plane
}

/** What a request comes to that needs all of its hops; and one that needs their control planes as well. */
export function alongRequest(hops: readonly Hop[]): { readonly serving: Ratio; readonly changing: Ratio } {
  const parts = hops.map(({ targets: { planes }, plane }) => planes[plane] ?? 1)
  const controls = new Set(hops.filter(({ plane }) => plane !== 'control').map(hop => hop.targets))
  return { serving: series(...parts), changing: series(...parts, ...[...controls].map(({ planes }) => planes.control ?? 1)) }
}
