import { describe, expect, test } from 'vitest'
import { formatProblem, load } from '../../sim/scenario/load.ts'
import { historyOf } from '../cloud.ts'
import { told } from './told.ts'

/** One data centre of one rack; UPS 5 min, generators certain to start, which carry 19 s after the utility is lost. */
const world = (faults: string, power = '', more = '') => `
blackstart: 1
name: breakers
run: {seed: 1, horizon: 4h}
world:
  r: {zones: [a], datacentres: 1, racks: 1, hosts: 1, machine: plain, tenants: 0,
    power: {generators: {start: {odds: 100%}}, ${power}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {electricians: {kind: crew, travel: 20m}}
faults:
  ${faults}
${more}`

const chain = /^(breaker|controller|transfer|generators\.carrying|ups\.(holding|empty)|feed)/
const short = (history: ReturnType<typeof historyOf>, kinds = chain) =>
  told(history, kinds).map(line => line.replace('r/a/dc1/', ''))

/** A crew that does one thing to a feed, twenty minutes and five of work after a fault. */
const hands = (fault: string, kind: string, feed: string) => `plans:
  by-hand:
    {kind: runbook, at: {after: ${fault}}, via: electricians, steps: {one: {kind: ${kind}, target: {feed: ${feed}}, takes: 5m}}}`

describe('breaker-fault', () => {
  test('behind a UPS leaves one of two line-ups with the whole load: it lasts half as long', () => {
    const two = 'lineups: {units: 2}, generators: {units: 0, needed: 0}'
    const history = historyOf(
      world(
        `gone: {kind: utility-loss, target: {region: r}, at: 10m}
  weak: {kind: breaker-fault, target: {feed: line-1/ups}, at: 12m}`,
        two,
      ).replace('generators: {start: {odds: 100%}}, ', ''),
    )
    // Half a second each second for 120 s; then the second has 240 s of its 300 left, and carries all.
    expect(short(history)).toEqual([
      '600 ups.holding line-1/ups',
      '600 ups.holding line-2/ups',
      '720 breaker.opened line-1/ups',
      '960 ups.empty line-2/ups',
      '960 feed.dark distribution',
    ])
    expect(history.rows('ups.holding').map(({ a }) => a)).toEqual([600, 600])
  })

  test('behind the switch drains the UPS though the utility is there, until someone closes it', () => {
    const history = historyOf(
      world('trip: {kind: breaker-fault, target: {feed: transfer}, at: 10m}', '', hands('trip', 'close', 'transfer')),
    )
    expect(short(history)).toEqual([
      '600 breaker.opened transfer',
      '600 ups.holding ups',
      '900 ups.empty ups',
      '900 feed.dark distribution',
      '2100 breaker.closed transfer',
      '2100 feed.live distribution',
    ])
    expect(history.whyOf(history.rows('rack.energised')[0].row).slice(0, 5)).toEqual([
      'rack.energised',
      'feed.live',
      'ups.recharging',
      'breaker.closed',
      'step.done',
    ])
  })

  test('in distribution, towards the utility or in a shared feed cuts what is below, and is over when it is lifted', () => {
    const dark = (feed: string) =>
      short(
        historyOf(
          world(
            `trip: {kind: breaker-fault, target: {feed: ${feed}}, at: 10m, lasts: 10m}`,
            'from: bus, generators: {units: 0, needed: 0}, ups: {store: 1m}',
            'feeds: {bus: {}}',
          ).replace('generators: {start: {odds: 100%}}, ', ''),
        ),
        /^(breaker|utility|grid|feed)/,
      )
    expect(dark('distribution')).toEqual([
      '600 breaker.opened distribution',
      '600 feed.dark distribution',
      '1200 breaker.closed distribution',
      '1200 feed.live distribution',
    ])
    const below = ['600 utility.lost utility', '660 feed.dark distribution']
    const again = ['1200 utility.back utility', '1200 feed.live distribution']
    expect(dark('utility')).toEqual(['600 breaker.opened utility', ...below, '1200 breaker.closed utility', ...again])
    expect(dark('bus')).toEqual([
      ...['600 breaker.opened bus', '600 grid.dark bus', ...below],
      ...['1200 breaker.closed bus', '1200 grid.live bus', ...again],
    ])
  })

  test('that overlaps another opens once and closes with the last; closed by hand it holds until the next', () => {
    const history = historyOf(
      world(`one: {kind: breaker-fault, target: {feed: distribution}, at: 10m, lasts: 40m}
  two: {kind: breaker-fault, target: {feed: distribution}, at: 20m, lasts: 10m}
  hand: {kind: close, target: {feed: distribution}, at: 40m}
  three: {kind: breaker-fault, target: {feed: distribution}, at: 45m, lasts: 10m}`),
    )
    expect(short(history, /^breaker/)).toEqual([
      '600 breaker.opened distribution',
      '2400 breaker.closed distribution',
      '2700 breaker.opened distribution',
      '3300 breaker.closed distribution',
    ])
  })

  test('that is stuck keeps the switch from generators that run, until it is freed', () => {
    const history = historyOf(
      world(
        `stuck: {kind: breaker-fault, mode: stuck, target: {feed: transfer}, at: 5m}
  gone: {kind: utility-loss, target: {region: r}, at: 10m, lasts: 2h}`,
        '',
        hands('gone', 'close', 'transfer'),
      ),
    )
    expect(short(history)).toEqual([
      '300 transfer.stuck transfer',
      '600 ups.holding ups',
      '900 ups.empty ups',
      '900 feed.dark distribution',
      '2100 transfer.freed transfer',
      '2108 transfer.to-generators transfer',
      '2108 generators.carrying generators',
      '2108 feed.live distribution',
      '8400 transfer.to-utility transfer',
    ])
  })

  test('that is stuck on the generators’ side passes on what they give, and nothing of a good utility', () => {
    const history = historyOf(
      world(
        `gone: {kind: utility-loss, target: {region: r}, at: 10m, lasts: 10m}
  stuck: {kind: breaker-fault, mode: stuck, target: {feed: transfer}, at: 15m, lasts: 2h}
  weak: {kind: generator-fault, mode: run, target: {region: r}, at: 1h, lasts: 10m}`,
      ),
    )
    expect(short(history)).toEqual([
      '600 ups.holding ups',
      '619 transfer.to-generators transfer',
      '619 generators.carrying generators',
      '900 transfer.stuck transfer',
      '3600 ups.holding ups',
      '3900 ups.empty ups',
      '3900 feed.dark distribution',
      '8100 transfer.freed transfer',
      '8100 transfer.to-utility transfer',
      '8100 feed.live distribution',
    ])
  })

  test('that is stuck strikes only switches', () => {
    const loaded = load(world('trip: {kind: breaker-fault, mode: stuck, target: {feed: ups}, at: 10m}'), { file: 'b.yaml' })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      expect.stringContaining('"ups" does not move and cannot be stuck (feed: transfer, or mode: open)'),
    ])
  })

  test('strikes only what has a breaker', () => {
    const loaded = load(world('trip: {kind: breaker-fault, target: {feed: cooling}, at: 10m}'), { file: 'b.yaml' })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      expect.stringContaining('breaker-fault strikes only utility and transfer and ups and distribution'),
    ])
  })
})

describe('controller-fault', () => {
  const faulty = `gone: {kind: utility-loss, target: {region: r}, at: 10m, lasts: 2h}
  plc: {kind: controller-fault, target: {region: r}, at: 0s}`

  test('asks no generator: the hall is dark when the store is empty, and lit when people start them, 73 min later', () => {
    // Published event of 7 August 2011: a controller that saw a ground fault blocked the generators, synchronised by hand.
    const history = historyOf(
      world(
        faulty,
        '',
        hands('gone', 'start', 'generators').replace('takes: 5m', 'takes: 53m'), // and 20 min to come
      ),
    )
    expect(short(history)).toEqual([
      '0 controller.failed transfer',
      '600 ups.holding ups',
      '900 ups.empty ups',
      '900 feed.dark distribution',
      `${600 + 73 * 60} controller.works transfer`,
      `${600 + 73 * 60 + 18} transfer.to-generators transfer`,
      `${600 + 73 * 60 + 18} generators.carrying generators`,
      `${600 + 73 * 60 + 18} feed.live distribution`,
      '8400 transfer.to-utility transfer',
    ])
  })

  test('that is over in time starts and carries after all', () => {
    const history = historyOf(world(faulty.replace('at: 0s', 'at: 0s, lasts: 12m')))
    expect(short(history)).toEqual([
      '0 controller.failed transfer',
      '600 ups.holding ups',
      '720 controller.works transfer',
      '739 transfer.to-generators transfer',
      '739 generators.carrying generators',
      '8400 transfer.to-utility transfer',
    ])
  })

  test('while generators carry leaves the load on them when the utility is back, until it is over', () => {
    const history = historyOf(
      world(`gone: {kind: utility-loss, target: {region: r}, at: 10m, lasts: 20m}
  plc: {kind: controller-fault, target: {feed: transfer}, at: 15m, lasts: 1h}`),
    )
    expect(short(history, /^(transfer|generators\.(carrying|stopped))/)).toEqual([
      '619 transfer.to-generators transfer',
      '619 generators.carrying generators',
      '5100 transfer.to-utility transfer',
      '5100 generators.stopped generators',
    ])
  })

  test('lets a utility that is back light the hall again, for nothing has to move', () => {
    const history = historyOf(world(faulty.replace('lasts: 2h', 'lasts: 10m')))
    expect(short(history, /^(transfer|generators|feed)/)).toEqual(['900 feed.dark distribution', '1200 feed.live distribution'])
  })
})

describe('stored energy', () => {
  const flywheel = 'ups: {store: 15s, recharge: 60s}, generators: {units: 0, needed: 0}'
  const sags = (every: number, count: number) =>
    Array.from(
      { length: count },
      (_, i) => `s${i}: {kind: utility-sag, sags: 4s, target: {region: r}, at: ${600 + every * i}s}`,
    )
  const spun = (every: number, count: number) =>
    historyOf(world(sags(every, count).join('\n  '), flywheel).replace('generators: {start: {odds: 100%}}, ', ''))

  test('of a flywheel lasts for one sag of 4 s, and for any number that leave it time to spin up', () => {
    expect(spun(20, 30).rows('feed.dark')).toEqual([])
  })

  test('of a flywheel is used up by sags in a row: each takes 4 s and six seconds in between give back 1.5 s', () => {
    const history = spun(10, 8)
    // 15, 12.5, 10, 7.5, 5 and 2.5 s are left at the start of each; the sixth is longer than that.
    expect(history.rows('ups.holding').map(({ a }) => a)).toEqual([15, 12.5, 10, 7.5, 5, 2.5, 1.5, 1.5])
    expect(short(history, /^(ups\.empty|feed)/)).toEqual([
      '652.5 ups.empty ups',
      '652.5 feed.dark distribution',
      '654 feed.live distribution',
      '661.5 ups.empty ups',
      '661.5 feed.dark distribution',
      '664 feed.live distribution',
      '671.5 ups.empty ups',
      '671.5 feed.dark distribution',
      '674 feed.live distribution',
    ])
  })
})

describe('the depth of a sag', () => {
  const seen = (sags: string, depth: string) =>
    historyOf(world(`dip: {kind: utility-sag, sags: ${sags}, depth: ${depth}, target: {region: r}, at: 10m}`)).rows(
      'ups.holding',
    ).length

  test('decides for how long equipment bears it: a fifth for ten seconds, three tenths for half a second, a half not at all', () => {
    expect([seen('1h', '10%'), seen('10s', '20%'), seen('11s', '20%')]).toEqual([0, 0, 1])
    expect([seen('500ms', '30%'), seen('600ms', '30%'), seen('30ms', '50%'), seen('20ms', '50%')]).toEqual([0, 1, 1, 0])
  })

  test('is passed on by shared feeds, which do not move for what is borne; a move itself is deep', () => {
    const on = (depth: string) =>
      historyOf(
        world(
          `dip: {kind: utility-sag, sags: 1s, depth: ${depth}, target: {feed: one}, at: 10m}`,
          'from: bus',
          'feeds: {one: {}, two: {}, bus: {from: [one, two], k: 1, transfer: 100ms}}',
        ),
      )
    expect(short(on('20%'), /^(grid|utility|ups\.holding)/)).toEqual([
      '600 grid.sag one',
      '600 grid.sag bus',
      '600 utility.sag utility',
    ])
    expect(short(on('40%'), /^(grid|utility\.(sag|lost)|ups\.holding)/)).toEqual([
      '600 grid.sag one',
      '600 grid.moved bus',
      '600 utility.sag utility',
      '600 utility.lost utility',
      '600 ups.holding ups',
    ])
  })
})

describe('isolation from the utility', () => {
  const isolates = 'utility: {isolates: 500ms}'
  const sag = (sags: string) => `dip: {kind: utility-sag, sags: ${sags}, target: {region: r}, at: 10m}`

  test('opens no breaker on a sag that is short enough', () => {
    expect(historyOf(world(sag('400ms'), isolates)).rows(/^(breaker|generators)/)).toEqual([])
  })

  test('opens it on a longer one, and it stays open: generators carry until someone closes it', () => {
    const history = historyOf(world(sag('750ms'), isolates, hands('dip', 'close', 'utility')))
    expect(short(history, /^(breaker|utility|transfer|generators\.(carrying|stopped)|rack)/)).toEqual([
      '600 utility.sag utility',
      '600 utility.lost utility',
      '600.5 breaker.opened utility',
      '619 transfer.to-generators transfer',
      '619 generators.carrying generators',
      '2100 breaker.closed utility',
      '2100 utility.back utility',
      '2700 transfer.to-utility transfer',
      '2700 generators.stopped generators',
    ])
  })
})
