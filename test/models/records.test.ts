import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

/** Two hundred balancers on twenty hosts; each call changes one of them. */
const world = (faults: string, { every = 'every: {exponential: {mean: 6s}}', horizon = '2h', seed = 1 } = {}) => `
blackstart: 1
name: records
run: {seed: ${seed}, horizon: ${horizon}}
world: {r: {zones: [a, b], racks: 2, hosts: 5, tenants: 0}}
services:
  elb: {instances: 200}
  elb-control: {kind: control-plane, instances: 2, api: {threads: 1, takes: 1s}}
clients:
  writers: {asks: change, via: elb-control, of: elb, ${every}}
faults:
  ${faults}`

const ready = (text: string) =>
  historyOf(text)
    .rows('service.ready', 'elb')
    .map(({ time, a }) => [time, a])

describe('instances whose records are lost', () => {
  test('run on as they are when nobody changes them', () => {
    const text = world('slip: {kind: state-loss, target: {service: elb}, at: 10m}', { every: 'every: 10d' })
    expect(ready(text)).toEqual([[0, 200]])
  })

  test('break one by one as they are changed: n·(1 − e^(−rt)) after t', () => {
    const [time, pick, each] = [3600, 0.5, 6]
    const seeds = 12
    let broken = 0
    for (let seed = 1; seed <= seeds; seed++) {
      const slip = 'slip: {kind: state-loss, target: {service: elb, of: instance, pick: 50%}, at: 0s}'
      broken += historyOf(world(slip, { seed, horizon: `${time}s` })).rows('record.broken').length / seeds
    }
    // Each of 200 is changed every 1200 s on average: of 100 without record 95 are broken after an hour.
    const share = 1 - Math.exp(-time / (each * 200))
    const error = Math.sqrt((pick * 200 * share * (1 - share)) / seeds)
    expect(Math.abs(broken - pick * 200 * share)).toBeLessThan(3 * error)
  })

  test('break no more once no call is let in', () => {
    const text = world(`slip: {kind: state-loss, target: {service: elb}, at: 0s}
  stop: {kind: api-deny, target: {service: elb-control}, at: 30m}`)
    const history = historyOf(text)
    const broken = history.rows('record.broken')
    expect(broken.length).toBeGreaterThan(100)
    expect(broken.filter(({ time }) => time > 1802)).toEqual([])
    const [slip, stop] = history.rows('fault.started')
    expect(new Set(broken.map(({ cause }) => cause))).toEqual(new Set([slip.row]))
    expect(new Set(history.rows('call.denied').map(({ cause }) => cause))).toEqual(new Set([stop.row]))
  })

  test('are set up again by calls when the records are back, and those that were never changed need nothing', () => {
    const text = world('slip: {kind: state-loss, target: {service: elb}, at: 0s, lasts: 10m}')
    const history = historyOf(text)
    const broken = history.rows('record.broken').length
    const rebuilt = history.rows('record.rebuilt')
    expect(broken).toBeGreaterThan(50)
    expect(rebuilt).toHaveLength(broken)
    // Two threads of a second each, some of which other calls take.
    expect(Math.max(...rebuilt.map(({ time }) => time)) - 600).toBeGreaterThan(broken / 2 - 1)
    expect(Math.max(...rebuilt.map(({ time }) => time)) - 600).toBeLessThan(broken / 2 / (1 - 1 / 12) + 10)
    expect(history.whyOf(rebuilt[0].row).slice(0, 3)).toEqual(['record.rebuilt', 'fault.ended', 'fault.started'])
    expect(ready(text).at(-1)?.[1]).toBe(200)
  })

  test('stay down until all who took the records away have brought them back', () => {
    const text = world(
      `one: {kind: state-loss, target: {service: elb}, at: 0s, lasts: 10m}
  two: {kind: state-loss, target: {service: elb}, at: 5m, lasts: 15m}`,
    )
    expect(
      Math.min(
        ...historyOf(text)
          .rows('record.rebuilt')
          .map(({ time }) => time),
      ),
    ).toBe(1201)
  })
})
