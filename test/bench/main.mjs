/**
 * How fast the built library is, on this machine and now: interleaved rounds, medians, and a plain heap of objects beside
 * ours. Compare numbers of one run only.
 *
 *     npm run -s bench                  a table
 *     npm run -s bench -- --json        one JSON object a line and bench
 *     npm run -s bench -- hold mmc      only benches whose name begins so; --rounds=9 for more rounds than 5
 *     npm run -s bench -- study         10 000 replications with one worker and with two
 *     npm run -s bench -- page          what the page takes in Chromium; needs `npm run -s build` first
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { benches as azLoss } from './az-loss.mjs'
import { benches as cancel } from './cancel.mjs'
import { benches as hold } from './hold.mjs'
import { benches as mmc } from './mmc.mjs'
import { benches as requests } from './requests.mjs'
import { benches as study } from './study.mjs'

/**
 * A bench: {name, n, entities?, prepare()}; prepare builds afresh and returns {run, kept?}; run is timed, checks its own
 * result and returns how many events it handled. With `entities`, the memory that prepare left is divided by that number.
 * One that `takesLong` is run when it is named only.
 */
const BENCHES = [...hold, ...mmc, ...requests, ...cancel, ...azLoss, ...study]

const args = process.argv.slice(2)
const names = args.filter(arg => !arg.startsWith('--'))
const roundsAsked = args.find(arg => arg.startsWith('--rounds='))
const rounds = roundsAsked === undefined ? 5 : Math.max(1, Number(roundsAsked.slice('--rounds='.length)))
if (names.includes('page')) {
  await benchPage()
  process.exit(0)
}
const chosen = BENCHES.filter(({ name, takesLong }) =>
  names.length === 0 ? takesLong !== true : names.some(wanted => name.startsWith(wanted)),
)
if (chosen.length === 0) {
  const known = [...new Set(BENCHES.map(({ name }) => name)), 'page'].join(', ')
  console.error(`No bench is called ${names.join(' or ')}. There are: ${known}.`)
  process.exit(2)
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
const memory = () => {
  collectGarbage()
  collectGarbage() // buffers are freed a round later than what held them
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const results = chosen.map(bench => ({ bench, seconds: [], events: 0, bytes: [] }))
for (let round = -1; round < rounds; round++) {
  for (const result of results) {
    const { bench, seconds, bytes } = result
    const before = bench.entities === undefined ? 0 : memory()
    const prepared = bench.prepare()
    if (bench.entities !== undefined) bytes.push((memory() - before) / bench.entities)
    collectGarbage()
    const start = process.hrtime.bigint()
    result.events = prepared.run()
    const took = Number(process.hrtime.bigint() - start) / 1e9
    if (round >= 0) seconds.push(took) // the first round warms up
  }
}

if (args.includes('--json')) {
  for (const { bench, seconds, events, bytes } of results) {
    console.log(
      JSON.stringify({
        bench: bench.name,
        n: bench.n,
        events,
        seconds: median(seconds),
        eventsPerSecond: Math.round(events / median(seconds)),
        eventsPerSecondMin: Math.round(events / Math.max(...seconds)),
        eventsPerSecondMax: Math.round(events / Math.min(...seconds)),
        bytesPerEntity: bytes.length === 0 ? null : Math.round(median(bytes)),
        peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
      }),
    )
  }
} else {
  console.log(`Median of ${rounds} rounds (slowest – fastest), million events per second; Node ${process.version}`)
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(`Peak memory of the whole process ${peak} MB`)
  for (const { bench, seconds, events, bytes } of results) {
    const rate = took => (events / took / 1e6).toPrecision(3)
    const spread = `(${rate(Math.max(...seconds))} – ${rate(Math.min(...seconds))})`
    const size = bytes.length === 0 ? '' : `${Math.round(median(bytes))} B each`
    console.log(
      [
        bench.name.padEnd(14),
        `n = ${bench.n}`.padEnd(12),
        rate(median(seconds)).padStart(7),
        ` ${spread.padEnd(17)}`,
        `${median(seconds).toFixed(3)} s`,
        size,
      ].join(' '),
    )
  }
}

async function benchPage() {
  const { measurePage } = await import('./page.mjs')
  for (const { bench, n, seconds } of await measurePage(rounds)) {
    const worst = Math.max(...seconds)
    if (args.includes('--json')) {
      console.log(JSON.stringify({ bench, n, events: seconds.length, seconds: median(seconds), secondsMax: worst }))
    } else {
      const [typical, most] = [median(seconds), worst].map(took => `${(took * 1000).toFixed(0)} ms`)
      console.log(`${bench.padEnd(18)} n = ${n}  median ${typical}, at most ${most} of ${seconds.length}`)
    }
  }
}

function median(values) {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
