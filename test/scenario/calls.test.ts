import { expect, test } from 'vitest'
import { load } from '../../sim/scenario/load.ts'

const right = `blackstart: 1
name: calls
world: {r: {zones: [a, b]}}
services:
  web: {instances: 4}
  control: {kind: control-plane, instances: 2, api: {threads: 1, queue-per: zone, rate: 5/s, burst: 10, removes-dead: by-hand}}
  other: {kind: control-plane, api: {call-timeout: 5s, starved: hold}}
clients:
  launches: {asks: launch, via: control, every: 1s, place: r/a}
  changes: {asks: change, via: control, of: web, every: {exponential: {mean: 1m}}}
faults:
  slip: {kind: state-loss, target: {service: web}, at: 1m}
  seen: {kind: deregister, target: {service: control}, at: 1m}
`

const problems = (from: string, to: string): string[] => {
  expect(right).toContain(from)
  const loaded = load(right.replace(from, to), { file: 'calls.yaml', read: () => undefined })
  return loaded.ok ? [] : loaded.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
}

test('what is right is taken', () => {
  expect(problems('threads: 1', 'threads: 2')).toEqual([])
})

test.each([
  ['instances: 2,', '', '6 services.control.api.queue-per: 1 threads are not one for each of 2 zones'],
  ['rate: 5/s, ', '', '6 services.control.api.burst: belongs to `rate`'],
  ['removes-dead: by-hand', 'removes-dead: never', '6 services.control.api.removes-dead: cannot read "never" as a time'],
  ['every: 1s, ', '', '9 clients.launches.place: belongs to launches with `every`'],
  ['every: 1s', 'every: 1us', '9 clients.launches.every: its mean must be at least 1ms'],
  ['place: r/a', 'place: r/c', '9 clients.launches.place: there is no place "r/c"'],
  ['asks: change', 'asks: modify', '10 clients.changes.asks: unknown asks "modify"'],
  [
    '{instances: 4}',
    '{instances: 4, latent: {above: 3, capacity: 50%}}',
    '5 services.web.latent: no client sends requests to "web": a latent defect would change nothing',
  ],
  [
    '{instances: 4}',
    '{instances: 4, latent: {of: wbe, above: 3, capacity: 50%}}',
    '5 services.web.latent.of: there is no service "wbe"',
  ],
  ['of: web', 'of: wbe', '10 clients.changes.of: there is no service "wbe"'],
  ['of: web, every: {exponential: {mean: 1m}}', 'of: web', '10 clients.changes.every: is missing'],
  [
    'faults:',
    '  more: {asks: change, via: other, of: web, every: 1m}\nfaults:',
    '11 clients.more.via: "changes" changes "web" through "control"',
  ],
  [
    'target: {service: web}',
    'target: {service: other}',
    '12 faults.slip.target.service: nobody changes "other": state-loss would change nothing',
  ],
  [
    'target: {service: control}',
    'target: {service: web}',
    '13 faults.seen.target.service: "web" is no control plane: deregister would change nothing',
  ],
])('%s → %s', (from, to, problem) => {
  expect(problems(from, to)).toContain(problem)
})
