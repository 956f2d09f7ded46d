/** Clients as they are written: those who send requests, and other customers who ask for capacity. */
import { z } from 'zod'
import type { LoadShape } from '../models/traffic/load-shape.ts'
import { count, duration, factor, id, law, oneOf, rate, ratio } from '../units/fields.ts'

const loadSchema = z.union([
  rate().transform((perSecond): LoadShape => ({ kind: 'constant', rate: perSecond })),
  z
    .strictObject({
      diurnal: z.strictObject({
        mean: rate({ about: { en: 'mean rate', zh: '平均速率' } }),
        peak: factor({
          default: 1.6,
          min: 1,
          max: 2,
          source: 'assumed',
          about: { en: 'peak divided by mean', zh: '峰值与均值之比' },
        }),
        at: duration({
          default: 0,
          source: 'the run begins at the peak',
          about: { en: 'a moment of the peak', zh: '峰值时刻' },
        }),
        period: duration({ default: 86_400, source: 'a day', about: { en: 'from peak to peak', zh: '周期' } }).refine(
          period => period >= 1,
          'must be at least 1s',
        ),
      }),
    })
    .transform(({ diurnal }): LoadShape => ({ kind: 'diurnal', ...diurnal })),
])

const retrySchema = z.strictObject({
  attempts: count({
    default: 3,
    min: 1,
    max: 100,
    source: 'AWS SDK, standard mode: three attempts, the first included (source code)',
    about: { en: 'attempts at one request, the first included', zh: '总尝试次数（含首次）' },
  }),
  backoff: z
    .strictObject({
      base: duration({
        default: 0.05,
        source: 'AWS SDK, 2026 retry path (source code)',
        about: { en: 'wait after the first failure', zh: '首次退避时长' },
      }),
      cap: duration({ default: 20, source: 'AWS SDK (source code)', about: { en: 'the longest wait', zh: '退避上限' } }),
    })
    .prefault({}),
  jitter: oneOf(['full', 'none'], {
    default: 'full',
    source: 'AWS SDK (source code)',
    about: { en: 'how waits are drawn', zh: '退避抖动' },
  }),
})

const cacheSchema = z.strictObject({
  hit: ratio({
    about: { en: 'share of the requests that it answers while it is full', zh: '缓存填满时的命中率' },
  }).refine(hit => hit < 1, 'must be below 100%: what is asked for the first time is in no cache'),
  items: count({
    min: 1,
    about: {
      en: 'what it holds; each good answer to a request that is sent fills one',
      zh: '缓存条目数；每个成功答复回填一条',
    },
  }),
})

const senderSchema = z
  .strictObject({
    to: id({ about: { en: 'the service that is asked', zh: '所请求的服务' } }),
    rate: loadSchema.meta({ description: 'requests per time: 500/s, or {diurnal: {mean, peak, at, period}}' }),
    timeout: duration({
      isPositive: true,
      default: 1,
      source: 'assumed',
      about: { en: 'how long a caller waits for an answer', zh: '调用方超时' },
    }),
    cache: cacheSchema
      .optional()
      .meta({ description: 'what answers some requests at once, so that only the others are sent; full at the start' }),
    retry: retrySchema.optional().meta({ description: 'what callers do after a failure; without it they give up' }),
  })
  .transform(({ retry, ...client }) => ({
    ...client,
    attempts: retry?.attempts ?? 1,
    backoff: retry?.backoff ?? { base: 0.05, cap: 20 },
    jitter: retry?.jitter ?? ('full' as const),
  }))

const via = id({ refers: 'control-plane', about: { en: 'the control plane asked', zh: '所请求的控制平面' } })
const retry = retrySchema
  .optional()
  .meta({ description: 'what callers do when a call is not let in or not handled in time; without it they give up' })

const recoverSchema = z.strictObject({
  share: ratio({
    default: 0.5,
    source: 'assumed',
    about: { en: 'share of lost instances that are replaced elsewhere', zh: '异地重建的比例' },
  }),
  after: law({
    default: { kind: 'uniform', min: 60, max: 600 },
    source: 'assumed; automatic scaling notices within minutes',
    about: { en: 'from the loss until they ask', zh: '从丢失到请求的时间' },
  }),
})

/** Those who replace what they lose, or launch all the time as much as they end. */
const launcherSchema = z
  .strictObject({
    asks: z.literal('launch').meta({ description: 'what is asked for' }),
    via,
    recover: recoverSchema.optional(),
    every: law({
      about: {
        en: 'from one launch to the next, whatever happens; none of these when left out',
        zh: '两次例行启动的间隔；缺省则没有',
      },
    }).optional(),
    place: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'the region or zone of launches with `every`; of several zones each in turn' }),
    retry,
  })
  .transform(({ recover, ...client }) => ({
    ...client,
    recover: recover ?? (client.every === undefined ? recoverSchema.parse({}) : undefined),
  }))

/** Those who create volumes, as many as they delete. */
const creatorSchema = z.strictObject({
  asks: z.literal('create-volume').meta({ description: 'what is asked for' }),
  via,
  of: id({ refers: 'volumes', about: { en: 'the volumes of which there is to be another', zh: '所创建的卷' } }),
  place: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'the region or zone of the volumes; everywhere when left out, and of several zones each in turn' }),
  every: law({ about: { en: 'from one call to the next', zh: '两次调用的间隔' } }),
  retry,
})

/** Those who change what runs. */
const changerSchema = z.strictObject({
  asks: z.literal('change').meta({ description: 'what is asked for' }),
  via,
  of: id({ about: { en: 'the service whose instances are changed, one with each call', zh: '其实例被逐一修改的服务' } }),
  every: law({ about: { en: 'from one call to the next', zh: '两次调用的间隔' } }),
  retry,
})

const askerSchema = z.discriminatedUnion('asks', [launcherSchema, changerSchema, creatorSchema])

/** A client by its form: `to` sends requests, `asks` wants changes. */
export const clientSchema = z.union([senderSchema, askerSchema])

export type Sender = z.output<typeof senderSchema>
export type Asker = z.output<typeof askerSchema>
export type Client = z.output<typeof clientSchema>

/** Forms of clients, for the help. */
export const CLIENT_FORMS = {
  client: {
    schema: senderSchema.in,
    about: { en: 'Someone who sends requests to a service.', zh: '向服务发送请求的客户端。' },
  },
  'other-customers': {
    schema: launcherSchema.in,
    about: { en: 'Other customers, who ask a control plane for capacity.', zh: '向控制平面请求容量的其他客户。' },
  },
  changes: {
    schema: changerSchema,
    about: { en: 'Changes to the instances of a service, through a control plane.', zh: '经由控制平面对服务实例的修改。' },
  },
  'volume-customers': {
    schema: creatorSchema,
    about: { en: 'Customers who ask a control plane for volumes.', zh: '向控制平面请求创建卷的客户。' },
  },
} as const
