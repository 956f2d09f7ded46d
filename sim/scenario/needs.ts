/** Needs as they are written: who supplies what, how many of them must be up, and how long the holder lasts without. */
import { z } from 'zod'
import { count, duration, durationOrForever, factor, idKey, law, oneOf, ratio } from '../units/fields.ts'

const name = z.string().min(1)

const supplyShape = {
  from: z
    .union([name, z.array(name).min(1)])
    .optional()
    .meta({ description: 'the suppliers: services or places whose hosts must be up; the key itself when left out' }),
  k: count({
    min: 1,
    about: { en: 'how many of the suppliers must be up; all of them when left out', zh: '至少需要多少个供给方' },
  }).optional(),
  hold: durationOrForever({
    default: 0,
    source: 'nothing is cached unless said so',
    about: { en: 'how long it is done without, from memory or a cache', zh: '缺失后仍可维持的时长' },
  }),
}

/** How a lease is renewed. */
const refreshSchema = z.strictObject({
  every: duration({
    min: 0.001,
    default: 240,
    source: 'assumed: twice within the 8 min that a lease is held, in the examples of this project',
    about: { en: 'time between two renewals of an instance’s lease', zh: '单实例两次续约的间隔' },
  }),
  timeout: duration({
    min: 0.001,
    default: 1,
    source: 'assumed',
    about: { en: 'when a call for a lease gives up', zh: '租约调用的超时' },
  }),
  retry: duration({
    default: 1,
    source: 'assumed',
    about: { en: 'from giving up to the next call', zh: '超时后到重试的间隔' },
  }),
  cost: law({
    default: { kind: 'constant', value: 0.02 },
    source: 'as long as a request takes, unless told',
    about: {
      en: 'work of a renewal: time of one instance of the supplier that serves nobody else; drawn once for each holder',
      zh: '一次续约的工作量：供给方单实例独占时的耗时；每个持有者抽取一次',
    },
  }),
  rejoin: factor({
    default: 1,
    min: 1,
    source: 'as a renewal, unless told',
    about: { en: 'work of letting in an instance that has left, in renewals', zh: '重新接纳已离开实例的工作量（续约的倍数）' },
  }),
  leave: factor({
    default: 0,
    source: 'nothing, unless told',
    about: {
      en: 'work of striking off an instance that leaves, in renewals; it is done before anybody is served',
      zh: '注销离开实例的工作量（续约的倍数），优先于其他调用',
    },
  }),
})

const needSchema = z.strictObject({
  ...supplyShape,
  when: oneOf(['start', 'serve', 'change'], {
    default: 'serve',
    source: 'most dependencies are called on every request',
    about: { en: 'when it is needed: to start, to serve, or to change anything', zh: '何时需要：启动、服务或变更' },
  }),
  kept: oneOf(['memory', 'disk'], {
    default: 'memory',
    source: 'assumed',
    about: { en: 'whether what is held survives a restart', zh: '缓存是否在重启后保留' },
  }),
  fanout: factor({
    default: 1,
    source: 'one call for each request',
    about: { en: 'calls for each request', zh: '每个请求的调用次数' },
  }),
  refresh: refreshSchema.optional().meta({
    description: 'each instance holds a lease of its own from the supplier, good for `hold`, and this is how it is renewed',
  }),
})
const supplySchema = z.strictObject(supplyShape)

/** The suppliers written out: the key itself where none are named. */
function named<Given extends { from?: string | string[] | undefined }>(needs: Readonly<Record<string, Given>>) {
  const filled: Record<string, Omit<Given, 'from'> & { readonly from: readonly string[] }> = {}
  for (const key of Object.keys(needs)) filled[key] = { ...needs[key], from: [needs[key].from ?? key].flat() }
  return filled
}

/** What a service needs, by name. */
export const needsSchema = z
  .record(idKey, needSchema)
  .transform(needs => named(needs))
  .prefault({})

export type Need = Omit<z.output<typeof needSchema>, 'from'> & { readonly from: readonly string[] }

/** What the links of a region need to carry anything, and what becomes of them without. */
export const networkSchema = z.strictObject({
  needs: z.record(idKey, supplySchema).transform(needs => named(needs)),
  else: z
    .union([
      z.literal('cut'),
      z.strictObject({
        latency: duration({
          default: 0,
          source: 'nothing unless said so',
          about: { en: 'added, one way', zh: '增加的单向延迟' },
        }),
        loss: ratio({
          default: 0,
          source: 'nothing unless said so',
          about: { en: 'share of packets that are lost', zh: '丢包比例' },
        }),
      }),
    ])
    .optional()
    .meta({
      description: '`cut` (when left out), or {loss: 30%, latency: 20ms}: what becomes of a link once it has lasted its `hold`',
    }),
})

export type NetworkControl = z.output<typeof networkSchema>
