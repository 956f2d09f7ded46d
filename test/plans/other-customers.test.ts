import { expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

/**
 * Ten instances of others on each of four hosts; half of what is lost is asked for again, two minutes later. The control plane
 * is one thread in zone b, and each instance asked for takes it a second.
 */
const world = (cpu: number, api = '') => `
blackstart: 1
name: others
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 2, machine: plain, tenants: 10}}
machines: {plain: {cpu: ${cpu}, boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {control: {kind: control-plane, place: r/b, instances: 1, api: {threads: 1, takes: 1s, ${api}}}}
clients: {others: {asks: launch, via: control, recover: {share: 50%, after: 2m}}}
faults:
  dark: {kind: power-loss, target: {zone: a}, at: 10m}`

const said = (text: string) =>
  historyOf(text)
    .rows(/^launch\./)
    .map(({ time, kind, a }) => `${time} ${kind} ${a}`)

test('a share of what was lost is asked for elsewhere, one caller for each host, and they queue', () => {
  expect(said(world(96))).toEqual(['725 launch.granted 5', '730 launch.granted 5'])
  const backlog = historyOf(world(96)).rows('queue.backlog', 'control')
  expect(backlog.map(({ time, a, b }) => [time, a, b])).toEqual([
    [720, 1, 0],
    [725, 0, 0],
  ])
})

test('what fits is granted and the rest fails', () => {
  // 24 processors less 20 leave two places on each host, one of which the control plane takes.
  expect(said(world(24))).toEqual(['725 launch.granted 3', '725 launch.failed 2', '730 launch.failed 5'])
})

test('what one of them is granted is gone for the others', () => {
  expect(said(world(24).replace('share: 50%', 'share: 20%'))).toEqual([
    '722 launch.granted 2',
    '724 launch.granted 1',
    '724 launch.failed 1',
  ])
})

test('they give up like everybody else', () => {
  expect(said(world(96, 'timeout: 3s'))).toEqual(['723 launch.gave-up 5', '725 launch.granted 5'])
})
