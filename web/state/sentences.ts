/** Trace rows and things in words, in either language. The sentences themselves come with the row kinds. */
import type { Entities } from '../../sim/trace/entities.ts'
import type { OperandUnit } from '../../sim/trace/row-kinds.ts'
import type { Recording, RowId } from '../../sim/trace/trace.ts'
import { formatLength, formatNumber, formatRate, formatShare } from '../words/quantities.ts'
import type { Language } from '../words/words.ts'

const regionCounts = new WeakMap<Entities, number>()

/** The shortest id that still says who: without the region when there is only one. */
export function nameOf({ entities }: Recording, entity: number): string {
  let regions = regionCounts.get(entities)
  if (regions === undefined) {
    regions = entities.all('region').length
    regionCounts.set(entities, regions)
  }
  const id = entities.id(entity)
  const region = entities.above(entity, 'region')
  if (region === 0 || region === entity || regions > 1) return id
  return id.slice(entities.name(region).length + 1)
}

/** What happened, as the row's kind says it. */
export function sentenceOf(recording: Recording, row: RowId, language: Language): string {
  const { rows, kinds } = recording
  const info = kinds[rows.kind[row]]
  const sentence = info.says[language].replace(/\{(subject|a|b)\}/g, (_, what: string) => {
    if (what === 'subject') return nameOf(recording, rows.subject[row])
    return what === 'a' ? operand(recording, rows.a[row], info.a, language) : operand(recording, rows.b[row], info.b, language)
  })
  return sentence.trimEnd()
}

function operand(recording: Recording, value: number, unit: OperandUnit, language: Language): string {
  switch (unit) {
    case 'entity':
      return value === 0 ? '' : nameOf(recording, value)
    case 'seconds':
      return formatLength(value, language)
    case 'ratio':
      return formatShare(value, language)
    case 'per-second':
      return formatRate(value, language)
    case 'kW':
      return `${formatNumber(value, language)} kW`
    case 'count':
      return formatNumber(value, language)
    case 'none':
      return formatNumber(value, language, 2)
    default:
      return unit satisfies never
  }
}
