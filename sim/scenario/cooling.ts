/** Cooling of a data centre as it is written: its chillers, how fast it warms and cools, and how chillers are restarted. */
import { z } from 'zod'
import { count, duration, durationOrForever, law, oneOf, ratio } from '../units/fields.ts'

export const coolingShape = {
  chillers: z
    .strictObject({
      units: count({
        default: 4,
        min: 1,
        max: 1000,
        source: 'assumed: three and one spare',
        about: { en: 'how many there are', zh: '台数' },
      }),
      needed: count({
        default: 3,
        min: 1,
        source: 'assumed: three and one spare',
        about: { en: 'how many carry away the heat of all hosts', zh: '满载散热所需台数' },
      }),
      running: count({
        min: 1,
        about: {
          en: 'how many run while nothing is wrong, the others in reserve; all of them when left out',
          zh: '正常时运行的台数，其余备用；省略则全部运行',
        },
      }).optional(),
      start: z
        .strictObject({
          odds: ratio({
            default: 1,
            source: 'assumed: one in reserve starts',
            about: { en: 'chance that a chiller in reserve starts when another stops', zh: '备用冷水机启动成功率' },
          }),
          delay: duration({
            default: 240,
            source: '2–15 min each (rule of thumb); assumed: 4 min',
            about: { en: 'how long a chiller in reserve takes to start', zh: '备用冷水机启动耗时' },
          }),
        })
        .prefault({}),
    })
    .prefault({}),
  trip: duration({
    isPositive: true,
    default: 300,
    source: '1–5 K a minute in dense halls, power-off at 35–45 °C inlet, some 15 K above normal (rule of thumb)',
    about: {
      en: 'how long until hosts switch themselves off while all of them run without any chiller',
      zh: '满载且无冷水机时到保护性关机的时长',
    },
  }),
  relax: durationOrForever({
    isPositive: true,
    default: Infinity,
    source: 'assumed: no heat is lost but by chillers',
    about: {
      en: 'time constant with which warmth is lost through walls; none is in the time `trip` speaks of',
      zh: '经墙体散热的时间常数；`trip` 不计此项',
    },
  }),
  hold: durationOrForever({
    default: Infinity,
    source: 'assumed: chillers ride through on power of their own',
    about: {
      en: 'how long chillers run on without the supply ahead of the UPS',
      zh: '失去市电或发电机供电后冷水机可维持的时长',
    },
  }),
  resume: ratio({
    default: 0.3,
    source: 'assumed: 5 K above normal of 15',
    about: { en: 'share of that warmth below which hosts may start again', zh: '可重新启动的温升比例' },
  }),
  restart: z
    .strictObject({
      by: oneOf(['itself', 'hand'], {
        default: 'itself',
        source: 'assumed; by hand in the published event of 30 August 2023',
        about: { en: 'whether chillers restart by themselves or a step of a plan starts them', zh: '自动重启或由人工启动' },
      }),
      takes: law({
        default: { kind: 'uniform', min: 120, max: 900 },
        source: '2–15 min each, often serial and by hand (rule of thumb)',
        about: { en: 'how long one takes', zh: '单台重启耗时' },
      }),
      'at-once': count({
        default: 1,
        min: 1,
        source: 'often serial (rule of thumb)',
        about: { en: 'how many restart at once', zh: '同时重启台数' },
      }),
      below: ratio({
        default: 1,
        source: 'assumed: no limit, though chillers protect themselves from water that is too warm (rule of thumb)',
        about: {
          en: 'share of the warmth at which hosts switch off below which a chiller can be restarted; without `relax`, and with no chiller running, it never gets cooler',
          zh: '可重启冷水机的温升比例上限（以触发关机的温升为 1）；若无 `relax` 且无冷水机运转，温度不会下降',
        },
      }),
    })
    .prefault({}),
}
