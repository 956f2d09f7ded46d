/** Needs as they are written: who supplies what, how many of them must be up, and how long the holder lasts without. */
import { z } from 'zod'
import { count, duration, durationOrForever, factor, idKey, oneOf, ratio } from '../units/fields.ts'

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
    .default('cut')
    .meta({ description: '`cut`, or {loss: 30%, latency: 20ms}: what becomes of a link once it has lasted its `hold`' }),
})

export type NetworkControl = z.output<typeof networkSchema>
