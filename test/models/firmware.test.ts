import { describe, expect, test } from 'vitest'
import { load } from '../../sim/scenario/load.ts'
import { createCriticalPaths, tellPath } from '../../sim/trace/critical-path.ts'
import { historyOf } from '../cloud.ts'
import { told } from '../effects/told.ts'

/** Ten racks of ten hosts whose volume cards run 1.7. */
const world = (faults: string, more = '') => `
blackstart: 1
name: firmware
run: {seed: 1, horizon: 12h}
world: {r: {zones: [a], racks: 10, hosts: 10, machine: plain, tenants: 0}}
machines: {plain: {firmware: {volume: 1.7}}}
services: {hands: {kind: crew, servers: 1, travel: 0s, takes: 10m}}
${more}
faults: {${faults}}`

const CARDS = /^volume-card\./
const ONE =
  'update: {kind: firmware-update, card: volume, version: 1.8, target: {host: dc1/r1/h1}, at: 10m, pause: 30s, lasts: 1h}'
const BAD = 'bad: {kind: card-failure, card: volume, firmware: 1.8, target: {zone: a}, at: 5m'
const H = 'r/a/dc1/r1/h1'

/** Three waves, half an hour after each other; what shows after 40 min is seen 5 min later. */
const waves = (stop: string) =>
  world(
    `${BAD}, delay: 40m}`,
    `plans:
  wave:
    kind: runbook
    at: 1h
    via: hands${stop}
    steps:
      one: {kind: firmware-update, card: volume, version: 1.8, target: {zone: a, of: host, pick: 1%}, pause: 0s, takes: 0s}
      ten: {kind: firmware-update, card: volume, version: 1.8, target: {zone: a, of: host, pick: 10%}, pause: 0s, takes: 30m, after: one}
      all: {kind: firmware-update, card: volume, version: 1.8, target: {zone: a, of: host}, pause: 0s, takes: 30m, after: ten}`,
  )

describe('an update', () => {
  test('pauses the card, and so does the way back', () => {
    expect(told(historyOf(world(ONE)), CARDS)).toEqual([
      `600 volume-card.updating ${H}`,
      `630 volume-card.updated ${H}`,
      `4200 volume-card.updating ${H}`,
      `4230 volume-card.rolled-back ${H}`,
    ])
  })

  test('without a pause is not noticed', () => {
    expect(told(historyOf(world(ONE.replace('30s', '0s'))), CARDS)).toEqual([
      `600 volume-card.updated ${H}`,
      `4200 volume-card.rolled-back ${H}`,
    ])
  })

  test('that is overtaken by another pauses on; lifting the later one brings back the earlier', () => {
    const later =
      'later: {kind: firmware-update, card: volume, version: 1.9, target: {host: dc1/r1/h1}, at: 610s, pause: 30s, lasts: 10m}'
    const bad = 'bad: {kind: card-failure, card: volume, firmware: 1.8, target: {zone: a}, at: 5m}'
    expect(told(historyOf(world(`${ONE}, ${later}, ${bad}`)), CARDS)).toEqual([
      `600 volume-card.updating ${H}`,
      `640 volume-card.updated ${H}`, // to 1.9
      `1210 volume-card.updating ${H}`,
      `1240 volume-card.rolled-back ${H}`, // to 1.8
      `1240 volume-card.down ${H}`,
      `4200 volume-card.updating ${H}`,
      `4230 volume-card.rolled-back ${H}`, // to 1.7
      `4230 volume-card.up ${H}`,
    ])
  })

  test('to one version picks alike: 1 % lies within 10 %, and who has it already is left alone', () => {
    const waves = ['1%', '10%', '100%'].map(
      (pick, i) =>
        `w${i}: {kind: firmware-update, card: volume, version: 1.8, target: {zone: a, of: host, pick: ${pick}}, at: ${i + 1}h}`,
    )
    const history = historyOf(world(waves.join(', ')))
    const counts = [1, 2, 3].map(
      h => history.rows('volume-card.updated').filter(({ time }) => Math.floor(time / 3600) === h).length,
    )
    expect(counts).toEqual([1, 9, 90])
  })
})

describe('a bad version', () => {
  test('strikes whoever has it when it shows, whoever gets it later, and nobody else; a roll-back frees', () => {
    expect(told(historyOf(world(`${ONE}, ${BAD}, delay: 20m}`)), CARDS)).toEqual([
      `600 volume-card.updating ${H}`,
      `630 volume-card.updated ${H}`,
      `1830 volume-card.down ${H}`, // 20 min after it joined
      `4200 volume-card.updating ${H}`,
      `4230 volume-card.rolled-back ${H}`,
      `4230 volume-card.up ${H}`,
    ])
    const all = historyOf(world(`${BAD.replace('1.8', '1.7')}, lasts: 10m}`))
    expect(all.rows('volume-card.down').map(({ time }) => time)).toEqual(Array(100).fill(300))
    expect(all.rows('volume-card.up').map(({ time }) => time)).toEqual(Array(100).fill(900))
  })

  test('strikes nobody who leaves it before it shows', () => {
    expect(historyOf(world(`${ONE}, ${BAD}, delay: 90m}`)).rows('volume-card.down')).toEqual([])
  })

  test('is bad once, however often somebody says so', () => {
    const twice = `plans:
  slip:
    kind: runbook
    at: 0s
    via: hands
    steps:
      bad: {kind: card-failure, card: volume, firmware: 1.7, target: {host: dc1/r1/h1}}
      again: {kind: card-failure, card: volume, firmware: 1.7, target: {host: dc1/r1/h1}, after: bad}
      good: {kind: lift, of: again, after: again}`
    expect(told(historyOf(world('', twice)), CARDS)).toEqual([`600 volume-card.down ${H}`, `1800 volume-card.up ${H}`])
  })

  test('is a cause that cards have in common: with beta, one strike takes all that run it, and only those', () => {
    const shared = `shared: {kind: card-failure, card: volume, firmware: 1.7, target: {zone: a}, each: host, every: 5h, beta: 100%, lasts: 1h}`
    const some = 'update: {kind: firmware-update, card: volume, version: 1.8, target: {rack: r1}, at: 10m}'
    const history = historyOf(world(`${shared}, ${some}`))
    expect(history.rows('volume-card.down').map(({ time }) => time)).toEqual([
      ...Array(90).fill(18_000),
      ...Array(90).fill(36_000),
    ])
  })
})

describe('a roll-out in waves', () => {
  const STOP = '\n    stop: {when: {row: volume-card.down}, delay: 5m}\n    rollback: 2m'
  const counts = (stop: string) => {
    const happened = new Map<string, number>()
    for (const { time, kind } of historyOf(waves(stop)).rows(/^volume-card|^plan|^step.done/))
      happened.set(`${time / 60} ${kind}`, (happened.get(`${time / 60} ${kind}`) ?? 0) + 1)
    return [...happened].map(([what, count]) => `${what} ${count}`)
  }

  test('stops with those that have it, frees the hands, and undoes what was done', () => {
    expect(counts(STOP)).toEqual([
      '60 step.done 1',
      '60 volume-card.updated 1',
      '90 step.done 1',
      '90 volume-card.updated 9',
      '100 volume-card.down 1',
      '105 plan.stopped 1',
      '107 plan.rolled-back 1',
      '107 volume-card.rolled-back 10',
      '107 volume-card.up 1',
    ])
  })

  test('goes on to all without a stop rule', () => {
    expect(counts('').slice(4)).toEqual([
      '100 volume-card.down 1',
      '120 step.done 1',
      '120 volume-card.updated 90',
      '130 volume-card.down 9',
      '160 volume-card.down 90',
    ])
  })

  test('that is stopped before it has done anything undoes nothing, and what fails before it begins does not stop it', () => {
    const old = 'old: {kind: card-failure, card: volume, target: {rack: r9}, at: 1m, lasts: 11h}, '
    const text = waves(STOP).replace('faults: {', `faults: {${old}`)
    expect(historyOf(text).timeOf('plan.stopped')).toBe(105 * 60)
    const early = waves(STOP)
      .replace('takes: 0s', 'takes: 20m')
      .replace('faults: {', `faults: {${old.replace('1m', '65m')}`)
    expect(told(historyOf(early), /^plan|^step|updated/)).toEqual(['3600 step.asked wave/one', '4200 plan.stopped wave'])
  })

  test('tells on the way back who noticed when, and who undid it', () => {
    const history = historyOf(waves(STOP))
    const [up] = history.rows('volume-card.up')
    const [fault] = history.rows('fault.started')
    const { hops } = createCriticalPaths(history.recording)(up.row, fault.row)
    expect(tellPath(history.recording, hops, 'en')).toContain('5 min: the stop rule of wave notices; 2 min: hands works')
  })
})

describe('a file', () => {
  const problems = (text: string) => {
    const loaded = load(text, { file: 's.yaml', read: () => undefined })
    return loaded.ok ? [] : loaded.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
  }

  test('that knows the version is right', () => {
    expect(problems(world(`${ONE}, ${BAD}, delay: 20m}`))).toEqual([])
  })

  test('with firmware that no card has, a delay without any, or firmware of a card that is not there is told so', () => {
    expect(problems(world(`${ONE}, ${BAD}}`.replace('firmware: 1.8', 'firmware: 1.6')))).toEqual([
      '9 faults.bad.firmware: no volume card ever runs firmware 1.6',
    ])
    expect(problems(world(`${ONE}, ${BAD}, delay: 1m}`.replace('firmware: 1.8, ', '')))).toEqual([
      '9 faults.bad.delay: belongs to `firmware`',
    ])
    expect(problems(waves('\n    rollback: 2m'))).toEqual(['13 plans.wave.rollback: belongs to `stop`'])
    expect(problems(world(ONE).replace('firmware: {volume: 1.7}', 'cards: {disk: false}, firmware: {disk: 1.7}'))).toEqual([
      '6 machines.plain.firmware.disk: "plain" has no disk card',
    ])
  })
})
