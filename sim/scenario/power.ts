/** Power of a data centre as it is written: utility, transfer switch, UPS, generators, distribution, and how many line-ups of them. */
import { z } from 'zod'
import { count, duration, durationOrForever, factor, law, ratio, watts } from '../units/fields.ts'

export const powerShape = {
  from: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .meta({ description: 'the feed, from `feeds`, that is its utility; a list names one for each line-up' }),
  lineups: z
    .strictObject({
      units: count({
        default: 1,
        min: 1,
        max: 16,
        source: 'assumed: a single path, as tiers I and II have it',
        about: {
          en: 'how many complete chains there are down to the UPS: 2 for 2N',
          zh: '完整供电链（至 UPS）的套数：2N 为 2',
        },
      }),
      needed: count({
        default: 1,
        min: 1,
        source: 'a fault-tolerant site lives on one of two (2N, tier IV)',
        about: {
          en: 'how many must deliver for racks to live; each is made for full load over this',
          zh: '维持机架供电所需套数',
        },
      }),
      beta: ratio({
        default: 0,
        source: 'assumed: line-ups have nothing in common; beta-factor models use 5–10 % (rule of thumb)',
        about: {
          en: 'share of a generator’s failures on demand that strike those of all line-ups together',
          zh: '所有供电链的发电机因同一原因同时失效的比例',
        },
      }),
    })
    .prefault({}),
  utility: z
    .strictObject({
      isolates: durationOrForever({
        default: Infinity,
        source: 'assumed: the breaker towards the utility stays closed',
        about: {
          en: 'how long it may be gone or low before the breaker towards it opens, to stay open until a step closes it',
          zh: '市电失电或低电压多久后进线断路器断开，之后须人工合闸',
        },
      }),
    })
    .prefault({}),
  transfer: z
    .strictObject({
      confirm: duration({
        default: 1,
        source: 'a transfer switch confirms the loss for 1–2 s (rule of thumb)',
        about: { en: 'how long the utility must be gone before the generators are asked', zh: '确认市电中断的时长' },
      }),
      takes: duration({
        default: 8,
        source:
          'assumed: some sets run in step within seconds, some need 2–3 min; the switch itself takes 0.1–0.5 s (rule of thumb)',
        about: { en: 'moving over to generators that are ready', zh: '切换到发电机的耗时' },
      }),
      retransfer: duration({
        default: 600,
        source: 'utility stable for 5–30 min before return (rule of thumb)',
        about: { en: 'how long the utility must be back before the load returns to it', zh: '市电稳定多久后切回' },
      }),
    })
    .prefault({}),
  ups: z
    .strictObject({
      store: duration({
        default: 300,
        source: '5 min at full load is usual for large sites; 1–30 min range (published survey)',
        about: { en: 'how long a full store lasts at full load', zh: '满载时可维持的时长' },
      }),
      recharge: duration({
        isPositive: true,
        default: 3000,
        source: 'about ten times the discharge time (rule of thumb)',
        about: { en: 'from empty to full', zh: '从空到满的充电时长' },
      }),
      charge: ratio({
        default: 1,
        source: 'assumed: full',
        about: { en: 'share of the store that is full when the run begins', zh: '开始时的电量比例' },
      }),
    })
    .prefault({}),
  generators: z
    .strictObject({
      units: count({
        default: 4,
        max: 1000,
        source: 'assumed: three and one spare',
        about: { en: 'how many there are', zh: '机组数' },
      }),
      needed: count({
        default: 3,
        source: 'assumed: three and one spare',
        about: { en: 'how many must run for the data centre to live on them', zh: '维持供电所需机组数' },
      }),
      start: z
        .strictObject({
          odds: ratio({
            default: 0.9865,
            source: 'IEEE 493: 1.35 % fail to start per demand',
            about: { en: 'chance that a unit starts when asked', zh: '单机启动成功率' },
          }),
          delay: duration({
            default: 10,
            source: 'NFPA 110 type 10',
            about: { en: 'from asked to stable voltage', zh: '从启动到电压稳定' },
          }),
        })
        .prefault({}),
      carry: z
        .strictObject({
          odds: ratio({
            default: 1,
            source: 'assumed: what starts carries',
            about: { en: 'chance that a running unit takes load', zh: '运行机组带载成功率' },
          }),
        })
        .prefault({}),
      run: z
        .strictObject({
          life: law({
            default: { kind: 'exponential', mean: 1506 * 3600 },
            source: 'well-kept sets: 20 % fail within 336 h, which is a mean of 1506 h (NREL, Applied Energy 2020)',
            about: { en: 'how long a unit runs before it fails', zh: '机组连续运行至失效的时长' },
          }),
          repair: law({
            default: { kind: 'constant', value: 24 * 3600 },
            source: 'assumed: a day',
            about: { en: 'how long a unit that failed while running is out', zh: '运行中失效后的修复时长' },
          }),
        })
        .prefault({}),
      overload: z
        .strictObject({
          trip: duration({
            default: 60,
            source: 'assumed: protection bears a small overload for about a minute',
            about: { en: 'how long units bear too much load before the next one trips', zh: '过载多久后跳机' },
          }),
        })
        .prefault({}),
      beta: ratio({
        default: 0.1,
        source: 'beta-factor models use 5–10 % (rule of thumb)',
        about: { en: 'share of failures on demand that strike all units together', zh: '共因失效比例' },
      }),
    })
    .prefault({}),
  distribution: z
    .strictObject({
      'inrush-limit': watts({
        default: 400_000,
        source: 'assumed',
        about: { en: 'what racks may draw together while they start', zh: '机架同时启动的功率上限' },
      }),
      'inrush-factor': factor({
        default: 3,
        min: 1,
        source: '2–3 times nominal for 0.1–0.5 s (rule of thumb)',
        about: { en: 'what a starting rack draws, as a multiple of its power', zh: '启动涌流倍数' },
      }),
      every: duration({
        min: 0.001,
        default: 20,
        source: 'rows are staggered by 15–60 s (rule of thumb)',
        about: { en: 'time between two steps', zh: '两批之间的间隔' },
      }),
    })
    .prefault({}),
}
