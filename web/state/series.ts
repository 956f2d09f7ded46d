/** What the tracks draw, folded from the trace once for each run: steps, lines and counts by state. Knows no pixels but columns. */
import type { Recording } from '../../sim/trace/trace.ts'
import type { Changes, Replay } from './replay.ts'
import { HOST_STATE_COUNT } from './states.ts'

/** A value that stays from each time on, until the next. */
export interface Steps {
  /** s */
  readonly time: number[]
  readonly value: number[]
}

/** The value of steps at a moment; 0 before the first. */
export function valueAt({ time, value }: Steps, moment: number): number {
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle] <= moment) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : value[low - 1]
}

/** The value at a moment of a line that is straight between its points; there is one at the start. */
export function lineAt({ time, value }: Steps, moment: number): number {
  let after = 1
  while (after < time.length - 1 && time[after] <= moment) after++
  const [from, to] = [time[after - 1], time[after] ?? moment]
  if (!(to > from) || moment >= to) return value[Math.min(after, value.length - 1)]
  return value[after - 1] + ((value[after] - value[after - 1]) * (moment - from)) / (to - from)
}

/** The sum over some subjects of one operand of one kind of row. */
export function sumOf(
  { rows, kinds }: Recording,
  kindName: string,
  operand: 'a' | 'b',
  counts: (subject: number) => boolean,
): Steps {
  const kind = kinds.findIndex(info => info.name === kindName)
  const column = rows[operand]
  const latest = new Map<number, number>()
  const steps: Steps = { time: [], value: [] }
  let sum = 0
  for (let row = 1; row < rows.length; row++) {
    if (rows.kind[row] !== kind || !counts(rows.subject[row])) continue
    sum += column[row] - (latest.get(rows.subject[row]) ?? 0)
    latest.set(rows.subject[row], column[row])
    const last = steps.time.length - 1
    if (last >= 0 && steps.time[last] === rows.time[row]) steps.value[last] = sum
    else {
      steps.time.push(rows.time[row])
      steps.value.push(sum)
    }
  }
  return steps
}

/** Things that are counted together over time, such as the hosts of each zone. */
export interface Groups {
  /** Group of each entity; −1 for what is not counted. */
  readonly of: Int16Array
  /** Entity that stands for each group. */
  readonly entities: readonly number[]
  /** Members of each group. */
  readonly sizes: readonly number[]
}

/** Hosts by the zone or region they are in. */
export function hostsBy({ entities }: Recording, kind: 'zone' | 'region'): Groups {
  const places = entities.all(kind)
  const of = new Int16Array(entities.count).fill(-1)
  const sizes = places.map(() => 0)
  const groupOf = new Int16Array(entities.count).fill(-1) // of places and what is inside them
  places.forEach((place, group) => {
    groupOf[place] = group
  })
  for (let e = 1; e < entities.count; e++) {
    const inside = entities.kind(e)
    if (inside !== 'zone' && inside !== 'datacentre' && inside !== 'rack' && inside !== 'host') continue
    if (groupOf[e] < 0) groupOf[e] = groupOf[entities.parent(e)]
    if (inside !== 'host' || groupOf[e] < 0) continue
    of[e] = groupOf[e]
    sizes[of[e]]++
  }
  return { of, entities: places, sizes }
}

/** All of some groups as one, for which `entity` stands. */
export function together({ of, sizes }: Groups, entity: number): Groups {
  return { of: of.map(group => Math.min(group, 0)), entities: [entity], sizes: [sizes.reduce((sum, size) => sum + size, 0)] }
}

/** Instances of a service by the zone of the host they were first placed on; zones without any are left out. */
export function instancesByZone({ rows, kinds, entities }: Recording, service: number): Groups {
  const placed = kinds.findIndex(info => info.name === 'instance.placed')
  const zoneOf = new Map<number, number>()
  for (let row = 1; row < rows.length; row++) {
    const instance = rows.subject[row]
    if (rows.kind[row] !== placed || entities.parent(instance) !== service || zoneOf.has(instance)) continue
    zoneOf.set(instance, entities.above(rows.a[row], 'zone'))
  }
  const zones = entities.all('zone').filter(zone => [...zoneOf.values()].includes(zone))
  const of = new Int16Array(entities.count).fill(-1)
  const sizes = zones.map(() => 0)
  for (const [instance, zone] of zoneOf) {
    of[instance] = zones.indexOf(zone)
    sizes[of[instance]]++
  }
  return { of, entities: zones, sizes }
}

/**
 * Counts by state for each of `columns` equal parts of `from … to`: of all the moments in a part, the one with the fewest
 * members up, so that no dip is too short to be seen. Group g, column c, state s is at `(g × columns + c) × states + s`.
 */
export function countsByColumn(
  changes: Changes,
  initial: Replay['initial'],
  groups: Groups,
  from: number,
  to: number,
  columns: number,
): Uint32Array {
  const states = HOST_STATE_COUNT
  const size = groups.entities.length
  const counts = new Int32Array(size * states)
  for (let e = 0; e < groups.of.length; e++) {
    if (groups.of[e] >= 0 && initial[e] < states) counts[groups.of[e] * states + initial[e]]++
  }
  const result = new Uint32Array(size * columns * states)
  const keep = (group: number, column: number): void => {
    const at = (group * columns + column) * states
    for (let s = 0; s < states; s++) result[at + s] = counts[group * states + s]
  }
  const width = (to - from) / columns
  let column = -1
  const advance = (upTo: number): void => {
    for (; column < upTo && column < columns - 1; ) {
      column++
      for (let g = 0; g < size; g++) keep(g, column)
    }
  }
  for (let i = 0; i < changes.length && changes.time[i] < to; ) {
    const time = changes.time[i]
    advance(Math.floor((time - from) / width))
    let touched = 0 // bits of groups changed at this instant
    for (; i < changes.length && changes.time[i] === time; i++) {
      const group = groups.of[changes.entity[i]]
      if (group < 0) continue
      if (changes.from[i] < states) counts[group * states + changes.from[i]]--
      if (changes.to[i] < states) counts[group * states + changes.to[i]]++
      touched |= 1 << (group % 31)
    }
    if (touched === 0 || column < 0) continue
    for (let g = 0; g < size; g++) {
      if ((touched & (1 << (g % 31))) === 0) continue
      if (counts[g * states] <= result[(g * columns + column) * states]) keep(g, column)
    }
  }
  advance(columns - 1)
  return result
}
