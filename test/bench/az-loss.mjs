/** A whole scenario: the loss of a zone over six simulated hours, built, run with its trace, fingerprinted and judged. */
import { readFileSync } from 'node:fs'
import { startRun } from '../../dist/lib/experiment/run.js'
import { build } from '../../dist/lib/scenario/build.js'
import { load } from '../../dist/lib/scenario/load.js'
import { lastUpTo } from '../../dist/lib/trace/why.js'

const FILE = 'scenarios/az-loss.yaml'
const read = path => readFileSync(path.startsWith('library/') ? `scenarios/${path}` : path, 'utf8')

/** So many hosts, with instances, requests/s on average and requests that may wait in proportion. */
const SIZES = [1, 41.75, 417.5].map(factor => {
  const racks = Math.round(20 * factor)
  const set = [
    ['world.us-east-1.racks', String(racks)],
    ['services.web.instances', String(Math.round((90 * racks) / 20.04))],
    ['services.web.overload.queue', String(Math.round((750 * racks) / 20.04))],
    ['expect.C2.between', '[97%, 100%]'], // restarting many more instances takes longer
    ['clients.shoppers.rate.diurnal.mean', `${Math.round((15_000 * racks) / 20.04)}/s`],
  ]
  return { hosts: 120 * racks, set: factor === 1 ? [] : set }
})

function scenarioOf({ hosts, set }) {
  const loaded = load(readFileSync(FILE, 'utf8'), { file: FILE, read, set })
  if (!loaded.ok) throw new Error(`${hosts} hosts: ${loaded.problems.map(problem => problem.message).join('; ')}`)
  return loaded.scenario
}

const whole = SIZES.map(size => ({
  name: 'az-loss',
  n: size.hosts,
  prepare() {
    const scenario = scenarioOf(size)
    return {
      run() {
        const { events, verdict } = startRun(scenario).complete()
        if (verdict !== 'pass') throw new Error(`az-loss at ${size.hosts} hosts: ${verdict}`)
        return events
      },
    }
  },
}))

/** Bytes of a built world per host, and ten times a snapshot of it and the return to the snapshot: "events" are forks. */
const fork = {
  name: 'fork',
  n: SIZES[1].hosts,
  entities: SIZES[1].hosts,
  prepare() {
    const scenario = scenarioOf(SIZES[1])
    const built = build(scenario, scenario.run.seed)
    return {
      kept: built,
      run() {
        const { sim } = built.cloud
        for (let times = 0; times < 10; times++) sim.restore(sim.snapshot())
        return 10
      },
    }
  },
}

/** Random scrubs over a trace of a million rows: which row was the last at a moment. */
const seek = {
  name: 'seek',
  n: 1e6,
  prepare() {
    const time = Float64Array.from({ length: 1e6 }, (_, row) => Math.floor(row / 3) / 64)
    const recording = { rows: { time, length: time.length }, kinds: [], entities: undefined }
    return {
      run() {
        let wrong = 0
        for (let i = 0; i < 1e6; i++) {
          const instant = Math.imul(i, 0x9e3779b1) >>> 13
          const row = lastUpTo(recording, instant / 64)
          if (row !== Math.min(3 * instant + 2, 1e6 - 1)) wrong++
        }
        if (wrong > 0) throw new Error(`${wrong} moments sought in vain`)
        return 1e6
      },
    }
  },
}

export const benches = [...whole, fork, seek]
