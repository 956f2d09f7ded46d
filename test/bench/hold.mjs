/** HOLD: n events are pending; each that runs schedules one more, an exponential step later. */
import { sample } from '../../dist/lib/engine/distribution.js'
import { Randomness } from '../../dist/lib/engine/random.js'
import { Simulation } from '../../dist/lib/engine/simulation.js'
import { PlainSimulation } from './plain-heap.mjs'

const STEP = { kind: 'exponential', mean: 1 }
const EVENTS = 1_000_000
const WARM_UP = 200_000

function hold(n) {
  const sim = new Simulation()
  const steps = new Randomness(sim, '7').stream('hold')
  const HOLD = sim.on(target => {
    sim.after(sample(STEP, steps), HOLD, target)
  })
  for (let target = 0; target < n; target++) sim.after(sample(STEP, steps), HOLD, target)
  return { step: events => sim.runSlice(1e9, events), pending: () => sim.pending, now: () => sim.now }
}

function holdPlain(n) {
  const sim = new PlainSimulation()
  const steps = new Randomness(new Simulation(), '7').stream('hold')
  const hold = target => () => sim.after(sample(STEP, steps), hold(target))
  for (let target = 0; target < n; target++) sim.after(sample(STEP, steps), hold(target))
  return { step: events => sim.run(events), pending: () => sim.heap.length, now: () => sim.now }
}

/** A hundred thousand events far off, as failures are, stay pending while a thousand near ones turn over. */
function bimodal() {
  const sim = new Simulation()
  const steps = new Randomness(sim, '7').stream('hold')
  const NEAR = { kind: 'exponential', mean: 1e-3 }
  const FAR = { kind: 'exponential', mean: 3e7 }
  const TURN = sim.on((target, far) => {
    sim.after(sample(far ? FAR : NEAR, steps), TURN, target, far)
  })
  for (let target = 0; target < 101_000; target++)
    sim.after(sample(target < 1e5 ? FAR : NEAR, steps), TURN, target, +(target < 1e5))
  return { step: events => sim.runSlice(1e9, events), pending: () => sim.pending, now: () => sim.now * 1000 }
}

/** After k events from a full start the clock stands near k ⁄ n, since n exponential steps of mean 1 s are under way. */
function checked(n, { pending, now }) {
  const turning = n === 101_000 ? 1000 : n
  const expected = (EVENTS + WARM_UP) / turning
  if (pending() !== n) throw new Error(`${pending()} events pending instead of ${n}`)
  const error = Math.sqrt(EVENTS + WARM_UP) / turning
  if (Math.abs(now() - expected) > 5 * error + 1e-6 * expected)
    throw new Error(`the clock stands at ${now()} s, not ${expected} s`)
}

const LOADS = [
  [1e3, 'hold', hold],
  [1e3, 'hold-plain', holdPlain],
  [1e5, 'hold', hold],
  [1e5, 'hold-plain', holdPlain],
  [1e6, 'hold', hold],
  [101_000, 'hold-bimodal', bimodal],
]

export const benches = LOADS.map(([n, name, create]) => ({
  name,
  n,
  entities: name === 'hold' && n >= 1e5 ? n : undefined, // pending events; fewer are lost in the noise of the heap
  prepare() {
    const load = create(n)
    load.step(WARM_UP)
    return {
      kept: load,
      run() {
        load.step(EVENTS)
        checked(n, load)
        return EVENTS
      },
    }
  },
}))
