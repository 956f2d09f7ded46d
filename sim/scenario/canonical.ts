/** The canonical text of a scenario, and its hash: equal for files that simulate the same, however they are written. */
import { keyOf } from '../engine/random.ts'

/** JSON with sorted keys; `Infinity` is written out, what is undefined is left out. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const map = value as Record<string, unknown>
    const keys = Object.keys(map)
      .filter(key => map[key] !== undefined)
      .sort((a, b) => (a < b ? -1 : 1))
    return `{${keys.map(key => `${JSON.stringify(key)}:${canonicalText(map[key])}`).join(',')}}`
  }
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'null')
}

/** 16 hex digits of a text. */
export function hashOf(text: string): string {
  const { high, low } = keyOf(text)
  return hex(high) + hex(low)
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
