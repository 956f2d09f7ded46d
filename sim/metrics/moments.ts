/** When something happened: the moments of expectations, looked up in a trace. */

import { selected } from '../trace/selection.ts'
import type { Recording } from '../trace/trace.ts'
import type { Moment } from '../units/fields.ts'
import type { Seconds } from '../units/quantity.ts'
import { kindNamed } from './rows.ts'

/** The moment meant, s, or undefined when it never came. */
export function momentIn(recording: Recording, moment: Moment): Seconds | undefined {
  const { entities } = recording
  switch (moment.kind) {
    case 'time':
      return moment.time
    case 'after': {
      const isEnd = moment.ref.endsWith('.end')
      const fault = entities.find(moment.ref.replace(/\.(end|start)$/, ''))
      const time = firstTime(recording, isEnd ? 'fault.ended' : 'fault.started', subject => subject === fault)
      return time === undefined ? undefined : time + moment.delay
    }
    case 'when': {
      const among = moment.of === undefined ? undefined : new Set(selected(entities, moment.of))
      const time = firstTime(recording, moment.row, subject => among === undefined || among.has(subject))
      return time === undefined ? undefined : time + moment.delay
    }
    default:
      return moment satisfies never
  }
}

function firstTime(recording: Recording, name: string, isMeant: (subject: number) => boolean): Seconds | undefined {
  const { rows } = recording
  const kind = kindNamed(recording, name)
  for (let row = 1; row < rows.length; row++) {
    if (rows.kind[row] === kind && isMeant(rows.subject[row])) return rows.time[row]
  }
  return undefined
}
