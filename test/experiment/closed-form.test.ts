import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type ClosedForm, closedForms, compare, comparedForms } from '../../sim/experiment/closed-form/index.ts'
import { meanEstimate } from '../../sim/experiment/interval.ts'
import { replicate } from '../../sim/experiment/replicate.ts'
import { load } from '../../sim/scenario/load.ts'
import { scenarioOf } from '../cloud.ts'

const shipped = (file: string, variant?: string) => {
  const read = (path: string) => readFileSync(`scenarios/${path}`, 'utf8')
  const loaded = load(read(file), { file, read: path => read(path.startsWith('library/') ? path : file), variant })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.scenario
}
const of = (file: string, variant?: string) => closedForms(shipped(file, variant))
/** 1 − the value of the first closed form: it keeps the digits that an availability hides. */
const missing = (file: string, variant?: string) => 1 - Number(of(file, variant)[0].value)

describe('two of three zones', () => {
  const file = 'nines/two-of-three.yaml'

  test.each([
    [undefined, 'k-of-n', 0.000292147635],
    ['one-crew', 'k-of-n', 0.000588003563],
    ['one-cause-in-ten', 'common-cause', 0.00107978611],
  ])('%s are %s: %d of the time too few are up', (variant, kind, unavailability) => {
    const [up, down] = of(file, variant)
    expect(up).toMatchObject({ id: 'up', class: kind, verdict: null })
    expect(1 - Number(up.value)).toBeCloseTo(unavailability, 11)
    expect(Number(down.value) / (355 * 86_400)).toBeCloseTo(unavailability, 11) // a year without ten days of warm-up
  })

  test('say so in words', () => {
    expect(of(file)[0].formula).toEqual({
      en: '2 of 3 places, each up 1000h, down 10h on average',
      zh: '3 个场所中需 2 个，各自平均正常 1000h、故障 10h',
    })
  })
})

describe('zones and regions', () => {
  const q = 0.01
  const shared = 0.00990294
  test.each([
    ['one-zone', q, 6],
    ['two-zones', ((1 - shared) * q) ** 2 + shared * q, 7],
    [undefined, 0.0001, 9],
    ['two-zones-independent', q ** 2, 11],
    ['three-zones-independent', q ** 3, 13],
    ['two-of-three-zones', 3 * ((1 - shared) * q) ** 2 - 2 * ((1 - shared) * q) ** 3 + shared * q, 7],
    ['two-regions', 0.00001, 8],
    ['two-regions-independent', 0.0001 ** 2, 11],
  ])('%s: unavailable %d of the time', (variant, unavailability, digits) => {
    expect(missing('nines/zones-and-regions.yaml', variant)).toBeCloseTo(unavailability, digits)
  })
})

test('three hundred years of two of three zones agree with their closed form', () => {
  const scenario = shipped('nines/two-of-three.yaml')
  const values = Array.from({ length: 300 }, (_, replication) => Number(replicate(scenario, replication).checks[0].value))
  const { value, low, high } = meanEstimate(values)
  const [form] = closedForms(scenario)
  expect(compare(form, { value, interval: [low, high], verdict: 'pass' })).toEqual({ agrees: true, reason: null })
  expect((high - low) / (1 - value)).toBeLessThan(1)
})

describe('a service that may not come back by itself', () => {
  const predicted = (file: string, variant?: string) =>
    of(`metastable/${file}.yaml`, variant).map(({ class: kind, value, verdict }) => [kind, value, verdict])

  test.each([
    ['retry-storm', undefined, null, 'pass'], // C/3 < 600/s < C, and at least an hour is expected
    ['retry-storm', 'one-attempt', 0, null], // 600/s < C
    ['retry-storm', 'below', 0, null], // 3 · 250/s < C
    ['retry-storm', 'refuse', 0, null], // 500 wait half a second
    ['cache-flush', undefined, null, 'pass'], // 500/s < C < 10 000/s
    ['cache-flush', 'refuse', 0, null],
  ])('%s %s', (file, variant, value, verdict) => {
    expect(predicted(file, variant)).toEqual([['metastable', value, verdict]])
  })

  test('where somebody helps nothing is predicted', () => {
    expect(predicted('retry-storm', 'shed')).toEqual([])
  })

  test('says between what the capacity lies', () => {
    expect(of('metastable/retry-storm.yaml')[0].formula.en).toBe(
      'it would not come back by itself: 600/s usually, 1800/s with all attempts and misses, and C = 1000/s lies between',
    )
  })
})

describe('a backlog', () => {
  const file = 'recovery/backlog-drain.yaml'

  test.each([
    [undefined, 18_000, 14_400], // T·C/(C − λ) and λT/(C − λ) with T = 3600 s, λ = 800/s, C = 1000/s
    ['one-less', 32_400, 28_800],
    ['six-more', 7200, 3600],
  ])('%s: the last request of an hour is answered after %d s', (variant, all, drain) => {
    const scenario = shipped(file, variant)
    expect(closedForms(scenario).map(form => [form.id, form.class, form.value])).toEqual([
      ['Q3', 'backlog-drain', all],
      ['Q4', 'backlog-drain', drain],
    ])
    const { checks } = replicate(scenario, 0)
    expect(
      comparedForms(
        scenario,
        checks.map(check => ({ ...check, interval: null })),
      ).map(({ agrees }) => agrees),
    ).toEqual([true, true])
    expect(checks.filter(({ id }) => id === 'Q3' || id === 'Q4').map(({ value }) => value)).toEqual([all, drain])
  })

  test.each([
    ['who may give up', 'clients: {producers: {to: orders, rate: 800/s, timeout: 1m}}'],
    ['of whom ever more come', 'clients: {producers: {to: orders, rate: {diurnal: {mean: 800/s}}, timeout: 1d}}'],
    ['who are too many', 'clients: {producers: {to: orders, rate: 1000/s, timeout: 1d}}'],
  ])('has no closed form with callers %s', (_, clients) => {
    const scenario = scenarioOf(`
blackstart: 1
name: backlog
run: {seed: 1, horizon: 12h}
world: {r: {zones: [a], racks: 1, hosts: 4, tenants: 0}}
services: {orders: {instances: 10, capacity: 100/s, takes: 0s, overload: {queue: 10000000}}}
${clients}
faults: {stopped: {kind: service-impair, target: {service: orders}, capacity: 0%, at: 1h, lasts: 1h}}
expect: {Q: {metric: drain-time, of: orders, after: stopped, at-most: 5h}}`)
    expect(closedForms(scenario)).toEqual([])
  })
})

describe('when a zone goes', () => {
  test.each([
    [undefined, 'pass'],
    ['control-off', 'pass'],
    ['lean', 'fail'],
    ['lean-long-queue', 'fail'],
  ])('%s: what is left decides, %s', (variant, verdict) => {
    const forms = of('az-loss.yaml', variant).filter(({ id }) => /^A[12]$/.test(id))
    expect(forms.map(form => [form.id, form.class, form.verdict])).toEqual([
      ['A1', 'static-stability', verdict],
      ['A2', 'static-stability', verdict],
    ])
  })

  test('60 of 90 instances carry 27 000 of 32 000 requests', () => {
    expect(of('az-loss.yaml', 'lean').find(({ id }) => id === 'goodput')?.value).toBe(27 / 32)
  })

  test('nothing is predicted where an autoscaler may help', () => {
    expect(of('az-loss.yaml', 'lean-scaled')).toEqual([])
  })
})

describe('what may not happen at all', () => {
  const text = (at: string, rate = '200/s') => `
blackstart: 1
name: never
run: {seed: 1, horizon: 2h}
world: {r: {zones: [a, b], racks: 2, hosts: 4, tenants: 0}}
services: {web: {instances: 4, spread: zone, capacity: 100/s}, db: {kind: database, primary: a, standby: b}}
clients: {users: {to: web, rate: ${rate}, timeout: 1s, retry: {attempts: 2}}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: ${at}}, later: {kind: power-loss, target: {zone: b}, at: {after: dark.end, delay: 1h}, odds: 0}}
expect:
  A: {metric: availability, of: web, at-least: 90%}
  M: {metric: metastable, of: web, at-most: 0s}`
  const ids = (at: string) => closedForms(scenarioOf(text(at))).map(({ id }) => id)

  test('has no closed form: a fault after the end of the run, one that waits for a row, one that follows such a fault', () => {
    expect(ids('1h')).toEqual(['A', 'M'])
    expect(ids('3h')).toEqual([])
    expect(ids('{when: {row: ups.empty}}')).toEqual([])
    expect(closedForms(scenarioOf(text('3h').replace(', odds: 0', '')))).toEqual([])
  })

  test('nor has what nobody asks for', () => {
    const scenario = scenarioOf(text('1h', '0/s'))
    const checks = [{ id: 'A', value: null, interval: null, verdict: 'vacuous' }] as const
    expect(comparedForms(scenario, checks)).toEqual([])
    expect(closedForms(scenario).map(({ id }) => id)).toEqual(['A'])
  })

  test('differs for what a service needs, where it needs something', () => {
    const differing = (more: string) => {
      const [form] = closedForms(scenarioOf(text('1h').replace('spread: zone', `spread: zone${more}`)))
      return compare(form, { value: 0, interval: null, verdict: 'fail' }).reason
    }
    expect(differing('')).toBe('detection')
    expect(differing(', needs: {db: {fanout: 1}}')).toBe('dependencies')
    expect(differing(', data: {n: 2, k: 2}')).toBe('dependencies')
  })
})

describe('services that wait for each other', () => {
  const file = 'power-restoration.yaml'
  const values = (variant?: string) => of(file, variant).map(({ id, value, verdict }) => [id, value ?? verdict])

  test('are back after the longest way through what they need', () => {
    const finished = [
      ['D2', 110],
      ['D3', 150],
      ['D4', 780],
      ['D5', 330],
      ['D6', 570],
      ['D7', 630],
      ['D8', 720],
    ]
    expect(values('bootstrap-proxy')).toEqual(finished)
    expect(values('cached-for-ever')).toEqual(finished)
  })

  test('in a circle never are', () => {
    expect(values()).toEqual([
      ['D2', 110],
      ['D3', 150],
      ['D4', 'fail'],
    ])
  })
})

describe('what cannot be worked out has no closed form', () => {
  const world = (more: string, needs = 'needs: {zones: {from: [a, b], k: 1}}') => `
blackstart: 1
name: small
run: {horizon: 1y}
world: {r: {zones: [a, b], racks: 1, hosts: 2, tenants: 0}}
services: {shop: {${needs}}, hands: {kind: crew, servers: 1, travel: 0s}}
faults: {${more}}
expect: {up: {metric: instances-ready, take: mean, of: shop, at-least: 99%}}`
  const dark = 'kind: power-loss, target: {region: r}, every: {exponential: {mean: 1000h}}'
  const formsOf = (more: string, needs?: string) => closedForms(scenarioOf(world(more, needs)))

  test('while what can has one', () => {
    expect(formsOf(`dark: {${dark}, each: zone, lasts: 10h}`)).toHaveLength(1)
    expect(formsOf(`slip: {kind: operator-error, target: {service: shop}, every: 90h, lasts: 10h}`)[0].value).toBeCloseTo(
      0.9,
      12,
    )
  })
  test.each([
    [
      'a fault that strikes once',
      `dark: {${dark}, each: zone, lasts: 10h}, again: {kind: power-loss, target: {zone: a}, at: 1h}`,
    ],
    [
      'hosts of which a zone needs a share',
      `dark: {kind: host-failure, target: {region: r}, each: host, every: 100h, lasts: 10h}`,
    ],
    ['a crew whose work has a memory', `dark: {${dark}, each: zone, lasts: 10h, via: hands}`],
    ['targets that are drawn', `dark: {kind: power-loss, target: {region: r, of: zone, pick: 1}, every: 100h, lasts: 10h}`],
  ])('%s', (_what, faults) => {
    expect(formsOf(faults)).toEqual([])
  })
  test('a need that is done without for a while', () => {
    expect(formsOf(`dark: {${dark}, each: zone, lasts: 10h}`, 'needs: {zones: {from: [a, b], k: 1, hold: 1h}}')).toEqual([])
  })
})

describe('compared', () => {
  const form: ClosedForm = {
    id: 'up',
    class: 'k-of-n',
    value: 0.99,
    verdict: null,
    formula: { en: '', zh: '' },
    assumptions: [],
    leavesOut: ['detection'],
  }

  test('one run does not tell', () => {
    expect(compare(form, { value: 0.95, interval: null, verdict: 'pass' })).toEqual({ agrees: null, reason: 'one-run' })
  })

  test('several agree within twice the width of their interval, and else differ for a reason', () => {
    expect(compare(form, { value: 0.985, interval: [0.982, 0.988], verdict: 'pass' })).toEqual({ agrees: true, reason: null })
    expect(compare(form, { value: 0.983, interval: [0.98, 0.986], verdict: 'pass' })).toEqual({
      agrees: false,
      reason: 'detection',
    })
  })

  test('a predicted verdict agrees or does not', () => {
    const predicted: ClosedForm = { ...form, class: 'static-stability', value: null, verdict: 'pass' }
    expect(compare(predicted, { value: 1, interval: null, verdict: 'pass' }).agrees).toBe(true)
    expect(compare(predicted, { value: 1, interval: null, verdict: 'fail' })).toEqual({ agrees: false, reason: 'detection' })
  })

  test('each closed form stands with its check', () => {
    const scenario = shipped('nines/two-of-three.yaml')
    const checks = [{ id: 'down', value: 0, interval: null, verdict: 'pass' as const }]
    expect(
      comparedForms(
        scenario,
        checks.map(check => ({ ...check, interval: null })),
      ).map(({ id, agrees, reason }) => [id, agrees, reason]),
    ).toEqual([['down', null, 'one-run']])
  })
})

describe('a boot storm', () => {
  const file = 'recovery/boot-storm.yaml'

  test.each([
    [undefined, 'boot-rounds', 3600],
    ['random', 'boot-storm', 4642.70822],
    ['images', 'boot-rounds', 800],
    ['slots-and-images', 'boot-rounds', 3641.52],
  ])('%s is of the class %s: the last host is up after %d s', (variant, kind, seconds) => {
    const [form] = of(file, variant)
    expect(form).toMatchObject({ id: 'B1', class: kind, verdict: null })
    expect(Number(form.value)).toBeCloseTo(seconds, 5)
  })

  test('with boots that fail, or hosts that need hands, has none', () => {
    expect(of(file, 'fails')).toEqual([])
  })

  test.each([undefined, 'images', 'slots-and-images'])('%s: the simulated value agrees', variant => {
    const scenario = shipped(file, variant)
    const checks = replicate(scenario, 0).checks.map(check => ({ ...check, interval: null }))
    expect(comparedForms(scenario, checks)[0]).toMatchObject({ agrees: true })
  })
})
