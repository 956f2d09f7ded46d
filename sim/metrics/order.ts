import { z } from 'zod'
import { defineMetric } from './define.ts'
import { rowField } from './row-field.ts'
import { kindNamed, within } from './rows.ts'

/** Whether things happen in the order named. */
export const order = defineMetric({
  name: 'order',
  unit: 'flag',
  about: { en: 'whether things happen in this order', zh: '各事件是否按此顺序发生' },
  definition: {
    en: '1 if every kind of row in `rows` occurs in the window, on `of` or anything in it, and the first of each comes after the first of the one before; else 0.',
    zh: '若 rows 中每类记录在窗口内（of 及其下属）都出现，且每类的第一条都晚于前一类的第一条，则为 1，否则为 0。',
  },
  subjects: [],
  ofIsOptional: true,
  opens: 'start',
  fields: { rows: z.array(rowField).min(2).meta({ description: 'kinds of trace rows in the order expected' }) },
  measure: (run, { of, rows: names }, { from, to }) => {
    const { rows } = run
    const inside = of.length > 0 ? within(run, of) : undefined
    const firsts = names.map(name => {
      const kind = kindNamed(run, name)
      for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
        if (rows.kind[row] === kind && rows.time[row] >= from && inside?.[rows.subject[row]] !== 0) return row
      }
      return 0
    })
    const out = firsts.findIndex((row, i) => row === 0 || (i > 0 && row < firsts[i - 1]))
    const evidence = firsts.filter(row => row > 0)
    return { value: out < 0 ? 1 : 0, at: out >= 0 && firsts[out] > 0 ? rows.time[firsts[out]] : null, rows: evidence }
  },
})
