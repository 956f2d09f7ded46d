import { defineMetric } from './define.ts'
import { rowField } from './row-field.ts'
import { kindNamed, within } from './rows.ts'

/** How often something happens. */
export const count = defineMetric({
  name: 'count',
  unit: 'count',
  about: { en: 'how often something happens', zh: '某事发生的次数' },
  definition: {
    en: 'Number of rows of kind `row` in the window, on `of` or anything in it.',
    zh: '窗口内 of（含其下属）的 row 类记录条数。',
  },
  subjects: [],
  ofIsOptional: true,
  opens: 'start',
  fields: { row: rowField },
  measure: (run, { of, row: name }, { from, to }) => {
    const { rows } = run
    const kind = kindNamed(run, name)
    const inside = of.length > 0 ? within(run, of) : undefined
    let times = 0
    let at: number | null = null
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      if (rows.kind[row] !== kind || rows.time[row] < from || inside?.[rows.subject[row]] === 0) continue
      times++
      at = rows.time[row]
    }
    return { value: times, at }
  },
})
