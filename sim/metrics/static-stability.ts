import { servedShare } from './availability.ts'
import { defineMetric, type Measurement, VACUOUS } from './define.ts'
import { kindNamed } from './rows.ts'

const NEVER_OFF: Measurement = {
  ...VACUOUS,
  because: {
    en: 'the control planes were never all down at once in its window',
    zh: '其窗口内控制平面从未同时全部不可用',
  },
}
const NONE_SERVED: Measurement = {
  ...VACUOUS,
  because: {
    en: 'no request was issued, or none answered, before the control planes were all down or while they were',
    zh: '控制平面全部不可用之前或期间没有请求，或此前没有请求得到答复',
  },
}

/** Whether what runs keeps running when nothing can be changed. */
export const staticStability = defineMetric({
  name: 'static-stability',
  unit: 'ratio',
  about: { en: 'goodput kept with every control plane off', zh: '所有控制平面关闭时保持的有效吞吐' },
  definition: {
    en: 'Share of requests answered in time while every control plane is down ÷ that share before, over the window. Vacuous when they are never all down at once, or never all up before.',
    zh: '窗口内所有控制平面均不可用期间按时答复的请求比例 ÷ 此前的该比例。若它们从未同时不可用，则不作判定。',
  },
  subjects: ['service', 'client'],
  needsRequests: true,
  fields: {},
  measure: (run, { of }, { from, to }) => {
    const { rows, world } = run
    const down = kindNamed(run, 'service.down')
    const up = kindNamed(run, 'service.up')
    const off = new Set<number>()
    let begins: number | null = null
    let ends = to
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      const kind = rows.kind[row]
      if ((kind !== down && kind !== up) || !world.controlPlanes.includes(rows.subject[row])) continue
      if (kind === down) off.add(rows.subject[row])
      else off.delete(rows.subject[row])
      const areAllOff = world.controlPlanes.length > 0 && off.size === world.controlPlanes.length
      if (areAllOff && begins === null && rows.time[row] >= from) begins = rows.time[row]
      else if (!areAllOff && begins !== null) {
        ends = rows.time[row]
        break
      }
    }
    if (begins === null) return NEVER_OFF
    const before = servedShare(run, of, { from, to: begins })
    const during = servedShare(run, of, { from: begins, to: ends })
    if (before.value === null || during.value === null || before.value === 0) return NONE_SERVED
    return { value: during.value / before.value, at: during.at ?? begins }
  },
})
