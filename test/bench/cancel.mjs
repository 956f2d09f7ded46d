/** A thousand clients, each with a completion under way and a time-out, which the completion cancels 99 times of 100. */
import { sample } from '../../dist/lib/engine/distribution.js'
import { Randomness } from '../../dist/lib/engine/random.js'
import { Simulation } from '../../dist/lib/engine/simulation.js'
import { PlainSimulation } from './plain-heap.mjs'

const CLIENTS = 1000
const COMPLETIONS = 2_000_000
const TIMEOUT = 4.605 // one completion in e^4.605 = 100 takes longer
const TAKES = { kind: 'exponential', mean: 1 }

function cancel() {
  const sim = new Simulation()
  const takes = new Randomness(sim, '7').stream('cancel')
  const timeouts = new Float64Array(CLIENTS)
  let late = 0
  const DONE = sim.on(client => {
    sim.cancel(timeouts[client])
    begin(client)
  })
  const LATE = sim.on(() => {
    late++
  })
  const begin = client => {
    sim.after(sample(TAKES, takes), DONE, client)
    timeouts[client] = sim.after(TIMEOUT, LATE, client)
  }
  for (let client = 0; client < CLIENTS; client++) begin(client)
  sim.runSlice(1e9, COMPLETIONS)
  check(late, sim.pending, 2 * CLIENTS)
}

function cancelPlain() {
  const sim = new PlainSimulation()
  const takes = new Randomness(new Simulation(), '7').stream('cancel')
  const timeouts = []
  let late = 0
  const begin = client => {
    sim.after(sample(TAKES, takes), () => {
      sim.cancel(timeouts[client])
      begin(client)
    })
    timeouts[client] = sim.after(TIMEOUT, () => {
      late++
    })
  }
  for (let client = 0; client < CLIENTS; client++) begin(client)
  sim.run(COMPLETIONS)
  check(late, sim.heap.length, Infinity)
}

/** One time-out in a hundred fires; then its client waits on, so nothing may pile up. */
function check(late, pending, pendingMax) {
  const expected = (COMPLETIONS - late) / 99
  if (Math.abs(late - expected) > 5 * Math.sqrt(expected)) throw new Error(`${late} time-outs fired, not about ${expected}`)
  if (pending > pendingMax) throw new Error(`${pending} events pending`)
}

export const benches = [
  ['cancel', cancel],
  ['cancel-plain', cancelPlain],
].map(([name, run]) => ({
  name,
  n: CLIENTS,
  prepare: () => ({
    run() {
      run()
      return COMPLETIONS
    },
  }),
}))
