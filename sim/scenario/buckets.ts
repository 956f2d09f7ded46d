/** What requests use of an instance, as it is written, and the allowances that its size and its volume give for that. */
import { z } from 'zod'
import type { Terms } from '../models/buckets.ts'
import { type Allowance, GIBIBYTE, type InstanceType, NETWORK_BURST, VOLUME_BURST } from '../models/instance-types.ts'
import {
  bandwidth,
  bytes,
  duration,
  durationOrForever,
  type Field,
  factor,
  oneOf,
  rate,
  ratio,
  type Text,
} from '../units/fields.ts'

const usesSchema = z
  .strictObject({
    cpu: duration({
      isPositive: true,
      about: { en: 'processor time of a request', zh: '单个请求占用的处理器时间' },
    }).optional(),
    network: bytes({ isPositive: true, about: { en: 'bytes a request sends', zh: '单个请求发送的字节数' } }).optional(),
    volume: bytes({
      isPositive: true,
      about: { en: 'bytes a request reads from and writes to volumes', zh: '单个请求读写存储卷的字节数' },
    }).optional(),
    iops: factor({
      min: 1e-9,
      about: { en: 'operations on volumes for each request', zh: '单个请求的存储卷操作次数' },
    }).optional(),
  })
  .meta({ description: 'what a request uses of its instance; nothing that runs out when left out' })

function bucketSchema(amount: (options: { readonly about: Text }) => Field<number>) {
  return z
    .strictObject({
      base: amount({
        about: {
          en: 'for long, and how fast it fills; as the size has it when left out',
          zh: '长期可用量，也是恢复速度；省略则按实例类型',
        },
      }).optional(),
      max: amount({
        about: { en: 'for a while; as the size has it when left out', zh: '短时可用量；省略则按实例类型' },
      }).optional(),
      burst: durationOrForever({
        about: {
          en: 'how long a full bucket gives the most; as the size has it when left out',
          zh: '满额时最高用量可维持的时长；省略则按实例类型',
        },
      }).optional(),
      start: ratio({
        default: 1,
        source: 'the network’s is full at launch (provider’s guide); assumed of the others',
        about: { en: 'how full it is when the run begins', zh: '开始时的剩余比例' },
      }),
    })
    .refine(({ base, max }) => base === undefined || max === undefined || base <= max, {
      error: 'its base is above its most: it would fill while it is used up',
      path: ['base'],
    })
    .optional()
}
type Amount = Parameters<typeof bucketSchema>[0]
const processors: Amount = options => factor({ min: 1e-9, ...options })
const perSecond: Amount = options => rate({ isPositive: true, ...options })
const bytesPerSecond: Amount = options => bandwidth({ isPositive: true, ...options })

/** Keys of services that run on hosts. */
export const bucketFields = {
  uses: usesSchema.optional(),
  buckets: z
    .strictObject({
      cpu: bucketSchema(processors),
      network: bucketSchema(bytesPerSecond),
      volume: bucketSchema(bytesPerSecond),
      iops: bucketSchema(perSecond),
      disk: bucketSchema(bytesPerSecond),
      'disk-iops': bucketSchema(perSecond),
    })
    .optional()
    .meta({ description: 'allowances in place of those of its `size` and `disk`' }),
  disk: z
    .strictObject({
      type: oneOf(['gp2', 'gp3'], {
        default: 'gp3',
        source: 'the newer one',
        about: { en: 'sort of volume; gp2 bursts while it has credits', zh: '卷类型；gp2 可凭积分突发' },
      }),
      size: bytes({
        isPositive: true,
        about: { en: 'a gp2 gives 3 operations a second for each GiB', zh: '容量；gp2 每 GiB 每秒 3 次操作' },
      }),
    })
    .optional()
    .meta({ description: 'the volume of each instance; without it only the instance’s own limits count' }),
  credits: oneOf(['standard', 'unlimited'], {
    about: {
      en: 'what happens without processor credits: only the base, or more for money; as the size has it when left out',
      zh: '处理器积分用尽后：降至基线，或付费继续；省略则按实例类型',
    },
  }).optional(),
}
export type BucketKeys = z.output<z.ZodObject<typeof bucketFields>>

/** The sorts of bucket, in the order of their names. */
export const BUCKET_NAMES = ['cpu', 'disk', 'disk-iops', 'iops', 'network', 'volume'] as const
export type BucketName = (typeof BUCKET_NAMES)[number]

/** One bucket of an instance: what a request uses, and what the instance may. */
export interface Bucket {
  readonly name: BucketName
  readonly use: number
  /** For each type. */
  readonly terms: readonly Terms[]
  readonly start: number
  readonly isUnlimited: boolean
}

/** Nobody says how much there is. */
const UNBOUNDED: Terms = { base: Infinity, max: Infinity, store: 0 }

/** The buckets of an instance of a service that may be of several types; those of the first count at the start. */
export function bucketsOf(service: BucketKeys, types: readonly InstanceType[]): Bucket[] {
  const { uses = {}, buckets = {}, credits } = service
  const used: Readonly<Record<BucketName, number | undefined>> = {
    ...uses,
    disk: uses.volume,
    'disk-iops': uses.iops,
  } as Record<BucketName, number | undefined>
  return BUCKET_NAMES.flatMap(name => {
    const use = used[name]
    const own = buckets[name]
    const stated = types.map(type => inPlaceOf(termsOf(name, service, type), own, name))
    if (use === undefined || stated.every(terms => terms === undefined)) return []
    const usual = types.some(type => type.credits?.isUnlimited === true) ? 'unlimited' : 'standard'
    const isUnlimited = name === 'cpu' && (credits ?? usual) === 'unlimited'
    return [{ name, use, terms: stated.map(terms => terms ?? UNBOUNDED), start: own?.start ?? 1, isUnlimited }]
  })
}

/** What a type, or a volume, gives of something; undefined where nobody says. */
function termsOf(name: BucketName, { disk }: BucketKeys, type: InstanceType): Terms | undefined {
  if (name === 'cpu') {
    return type.credits === undefined
      ? { base: type.cpu, max: type.cpu, store: 0 }
      : { base: type.credits.base, max: type.cpu, store: type.credits.store }
  }
  if (name === 'disk' || name === 'disk-iops') return disk && volumeTerms(disk.type, disk.size / GIBIBYTE, name)
  return type[name] && allowanceTerms(type[name], usualBurst(name))
}

const usualBurst = (name: BucketName): number => (name === 'network' ? NETWORK_BURST : VOLUME_BURST)

function allowanceTerms({ base, max }: Allowance, burst: number): Terms {
  return base === undefined ? { base: max, max, store: 0 } : { base, max, store: (max - base) * burst }
}

const MEBIBYTE = 2 ** 20
/** Credits that a gp2 volume holds. Source: provider's guide, 5.4 million I/O credits. */
const GP2_CREDITS = 5.4e6
const GP2_BURST = 3000

/**
 * gp2: 3 operations a second for each GiB, 100 to 16 000, and 3000 while it has credits; gp3: 3000 and 125 MiB/s, however large.
 * Source: provider's guide to volume types. A gp2 between 170 and 334 GiB also bursts in bytes; here it does not (assumed).
 */
function volumeTerms(type: 'gp2' | 'gp3', gibibytes: number, name: 'disk' | 'disk-iops'): Terms {
  const steady = (most: number): Terms => ({ base: most, max: most, store: 0 })
  if (type === 'gp3') return steady(name === 'disk' ? 125 * MEBIBYTE : 3000)
  if (name === 'disk') return steady((gibibytes < 334 ? 128 : 250) * MEBIBYTE)
  const base = Math.min(16_000, Math.max(100, 3 * gibibytes))
  return base < GP2_BURST ? { base, max: GP2_BURST, store: GP2_CREDITS } : steady(base)
}

type Own = NonNullable<NonNullable<BucketKeys['buckets']>[BucketName]>

/** Terms with what the file says in their place. */
function inPlaceOf(terms: Terms | undefined, own: Own | undefined, name: BucketName): Terms | undefined {
  if (own === undefined || (own.base === undefined && own.max === undefined && own.burst === undefined)) return terms
  const max = own.max ?? Math.max(terms?.max ?? 0, own.base ?? 0)
  const base = own.base ?? Math.min(terms?.base ?? max, max)
  if (max === 0) return undefined
  const usual = terms === undefined || terms.store === 0 ? usualBurst(name) : terms.store / (terms.max - terms.base)
  return { base, max, store: max > base ? (max - base) * (own.burst ?? usual) : 0 }
}
