/**
 * One hash over every row of a trace: equal fingerprints mean equal histories. Hashes ids and names, never numbers that
 * depend on how many entities or row kinds there are.
 */
import { type Key, keyOf } from '../engine/random.ts'
import type { Recording } from './trace.ts'

/** 16 hex digits over all rows: time, kind by name, subject by id, cause, and both operands. */
export function fingerprint({ rows, kinds, entities }: Recording): string {
  const kindKeys: (Key | undefined)[] = [] // made when first met: a short run has few of the kinds there are
  const takesEntity = kinds.map(kind => (kind.a === 'entity' ? 1 : 0) + (kind.b === 'entity' ? 2 : 0))
  const word = new Float64Array(1)
  const halves = new Uint32Array(word.buffer)
  let high = 0x243f6a88
  let low = 0x13198a2e
  const mix = (x: number, y: number): void => {
    high = Math.imul(high ^ x, 0x9e3779b1)
    low = Math.imul(low ^ y, 0x85ebca6b)
    high = (high ^ (low >>> 15)) + ((low << 7) | 0)
    low = (low ^ (high >>> 13)) + ((high << 9) | 0)
  }
  const mixNumber = (value: number): void => {
    word[0] = value === 0 ? 0 : value // −0 and 0 are the same history
    mix(halves[0], halves[1])
  }
  const mixOperand = (value: number, isEntity: boolean): void => {
    if (isEntity && value > 0) {
      // nobody is as good as no operand
      const { high, low } = entities.key(value)
      mix(high, low)
    } else mixNumber(value)
  }
  for (let row = 1; row < rows.length; row++) {
    const kind = rows.kind[row]
    const name = kindKeys[kind] ?? keyOf(kinds[kind].name)
    kindKeys[kind] = name
    const subject = entities.key(rows.subject[row])
    const takes = takesEntity[kind]
    mixNumber(rows.time[row])
    mix(name.high, name.low)
    mix(subject.high, subject.low)
    mix(rows.cause[row], row)
    mixOperand(rows.a[row], (takes & 1) !== 0)
    mixOperand(rows.b[row], (takes & 2) !== 0)
  }
  for (let i = 0; i < 4; i++) mix(high >>> 16, low >>> 16)
  return hex(high) + hex(low)
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
