import { describe, expect, test } from 'vitest'
import { cardsDown } from '../../web/state/cards.ts'
import { indexBySubject } from '../../web/state/causes.ts'
import {
  faultLanes,
  faultSpans,
  levelLanes,
  merged,
  powerLanes,
  serviceLanes,
  surroundingLanes,
  volumeLanes,
} from '../../web/state/lanes.ts'
import { lanedState, type Run } from '../../web/state/run.ts'
import { lineAt, valueAt } from '../../web/state/series.ts'
import { STATE, STATES } from '../../web/state/states.ts'
import { opened } from './recorded.ts'

/** The spans of a lane as `state from–to`, s. */
const told = (lane: { readonly spans: readonly { from: number; to: number; state: number }[] } | undefined): string[] =>
  (lane?.spans ?? []).map(({ from, to, state }) => `${STATES[state]} ${from}–${to}`)

const laneOf = <Lane extends { readonly entity: number }>({ recording }: Run, lanes: readonly Lane[], id: string): Lane => {
  const lane = lanes.find(({ entity }) => entity === recording.entities.find(id))
  if (lane === undefined) throw new Error(`no lane of ${id}`)
  return lane
}

/** When the first row of a kind was written, s. */
function timeOf({ recording: { rows, kinds } }: Run, name: string): number {
  for (let row = 1; row < rows.length; row++) if (kinds[rows.kind[row]].name === name) return rows.time[row]
  throw new Error(`no ${name}`)
}

describe('lanes', () => {
  test('a service that does not come back by itself is metastable from the row that says so to the end', () => {
    const run = opened('metastable/retry-storm.yaml')
    const lane = laneOf(run, serviceLanes(run.recording, run.scenario), 'shop')
    const since = timeOf(run, 'flow.metastable')
    expect(told(lane)).toEqual([`up 0–${since}`, `metastable ${since}–7200`])
    expect(lanedState(run, lane.entity, 600)).toBeNull()
    expect(lanedState(run, lane.entity, 3600)?.state).toBe(STATE.metastable)
  })

  test('a run in which requests fail to the end is shown to the end', () => {
    expect(opened('metastable/retry-storm.yaml').interest).toEqual([0, 7200])
  })

  test('a building that nobody may enter is closed until the alarm is over', () => {
    const run = opened('recovery/physical-access.yaml')
    const lanes = surroundingLanes(run.recording, run.scenario.horizon, 'entry')
    expect(lanes.map(told)).toEqual([['up 0–1800', 'closed 1800–151200', `up 151200–${run.scenario.horizon}`]])
  })

  test('cooling that is short of what it should carry may be too warm to be restarted, until it is cooler', () => {
    const run = opened('incidents/2023-08-30-australia-east.yaml')
    const [lane] = surroundingLanes(run.recording, run.scenario.horizon, 'cooling')
    expect(lane.spans.map(({ state }) => STATES[state])).toEqual(['up', 'degraded', 'stuck', 'degraded', 'up'])
    expect(lane.spans[2].from).toBe(timeOf(run, 'cooling.warm'))
    expect(lane.spans[3].from).toBe(timeOf(run, 'cooling.restartable'))
  })

  test('all strikes of a fault are in one lane', () => {
    const run = opened('incidents/2011-04-21-us-east-1.yaml')
    const spans = faultSpans(run.recording, run.scenario.horizon)
    const lanes = faultLanes(spans)
    expect(lanes.map(({ entity }) => run.recording.entities.id(entity))).toEqual([
      'wrong-shift',
      'no-search',
      'broken',
      'new-servers',
    ])
    expect(lanes.reduce((sum, lane) => sum + lane.spans.length, 0)).toBe(spans.length)
  })

  test('each line-up has a store of its own, which drains while it holds the load', () => {
    const run = opened('power/two-lineups.yaml', [['run.horizon', '2h']])
    const lanes = powerLanes(run.recording, run.scenario)
    const ids = lanes.map(({ entity }) => run.recording.entities.id(entity))
    expect(ids.map(id => id.replace(/^.*\//, ''))).toEqual(['grid', 'tx-1', 'tx-2', 'line-1', 'line-2'])
    expect(told(lanes[0]).slice(0, 3)).toEqual(['up 0–2400', 'dark 2400–3600', 'up 3600–6000'])
    const { level, spans } = lanes[3]
    const holding = spans.find(({ state }) => state === STATE.holding)
    if (level === null || holding === undefined) throw new Error('it holds nothing')
    expect(holding.from).toBe(2400)
    expect(lineAt(level, 2400)).toBe(1)
    // Five minutes at full load; each carries half of it.
    expect(lineAt(level, 2410)).toBeCloseTo(1 - 10 / 600, 9)
  })

  test('a bucket drains by what is used above the base: three quarters in the morning, all by ten past two', () => {
    const run = opened('hosts/burst-bucket.yaml')
    const lanes = levelLanes(run.recording, run.scenario.horizon)
    expect(merged(lanes).map(({ alike }) => alike)).toEqual([1])
    const { level, spans } = lanes[0]
    if (level === null) throw new Error('no level')
    expect([600, 1500, 2400, 7200, 7500, 7800].map(moment => Number(lineAt(level, moment).toFixed(6)))).toEqual([
      1, 0.625, 0.25, 0.25, 0.125, 0,
    ])
    expect(spans.map(({ state }) => STATES[state])).toEqual(['up', 'degraded'])
    expect(spans[1].from).toBeCloseTo(7800, 3)
  })

  test('a cache that was emptied is full before and nearly empty after', () => {
    const run = opened('metastable/cache-flush.yaml')
    const [{ entity, level }] = levelLanes(run.recording, run.scenario.horizon)
    if (level === null) throw new Error('no level')
    expect(run.recording.entities.id(entity)).toBe('app')
    expect([0, 599, 601, 7200].map(moment => lineAt(level, moment))).toEqual([1, 1, 0.01, 0.01])
  })

  test('volumes of a zone are each in one state', () => {
    const run = opened('volumes/mirror-storm.yaml')
    const lanes = volumeLanes(run.recording)
    expect(lanes.map(({ entity }) => run.recording.entities.id(entity))).toEqual(['ebs/home/a'])
    const [{ all, parts, serving }] = lanes
    for (const moment of [0, 3700, 7300, 20_000, 250_000]) {
      const sum = parts.reduce((count, { steps }) => count + valueAt(steps, moment), 0)
      // Counts are told when they have changed by a 256th.
      expect(Math.abs(sum - all) / all).toBeLessThan(parts.length / 256)
      expect(valueAt(serving, moment)).toBeLessThanOrEqual(all)
    }
  })

  test('cards of a host are down from one row to another', () => {
    const run = opened('az-loss.yaml')
    const { entities } = run.recording
    const host = entities.all('host')[0]
    const names = ['', 'volume-card.down', 'network-card.down', 'volume-card.up', 'disk-card.down']
    const of = (values: readonly number[]) => ({ u: Uint32Array.from(values), f: Float64Array.from(values) })
    const order = [0, 1, 2, 3, 4]
    const recording = {
      ...run.recording,
      kinds: names.map(name => ({ ...run.recording.kinds[0], name })),
      rows: {
        length: order.length,
        time: of(order).f,
        kind: Uint16Array.from(order),
        subject: of(order.map(() => host)).u,
        cause: of(order.map(() => 0)).u,
        a: of(order).f,
        b: of(order).f,
      },
    }
    const bySubject = indexBySubject(recording)
    expect([1, 2, 3, 4, 5].map(until => cardsDown({ recording, bySubject }, host, until))).toEqual([
      [],
      [1],
      [2, 1],
      [2],
      [4, 2],
    ])
  })
})
