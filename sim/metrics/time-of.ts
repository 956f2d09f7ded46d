import { oneOf } from '../units/fields.ts'
import { defineMetric } from './define.ts'
import { rowField } from './row-field.ts'
import { kindNamed, within } from './rows.ts'

/** When something happens, counted from a moment. */
export const timeOf = defineMetric({
  name: 'time-of',
  unit: 'seconds',
  about: { en: 'when something happens', zh: '某事发生的时刻' },
  definition: {
    en: 'From `after` (else the start of the run) to the first row of kind `row` in the window, on `of` or anything in it; to the last one with `take: last`. Fails if there is none.',
    zh: '自 after（未给出则自运行开始）到窗口内 of（含其下属）第一条 row 类记录的时间；take: last 取最后一条。没有则不通过。',
  },
  subjects: [],
  ofIsOptional: true,
  opens: 'start',
  fields: {
    row: rowField,
    take: oneOf(['first', 'last'], {
      default: 'first',
      source: 'definition',
      about: { en: 'the first or the last of them', zh: '取第一条或最后一条' },
    }),
  },
  measure: (run, { of, row: name, take }, { from, to }) => {
    const { rows } = run
    const kind = kindNamed(run, name)
    const inside = of.length > 0 ? within(run, of) : undefined
    let found = 0
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      if (rows.kind[row] !== kind || rows.time[row] < from || inside?.[rows.subject[row]] === 0) continue
      found = row
      if (take === 'first') break
    }
    if (found === 0) return { value: null, failed: true, at: null }
    return { value: rows.time[found] - from, at: rows.time[found], rows: [found] }
  },
})
