import { describe, expect, test } from 'vitest'
import { BUCKETS, bucketOf, bucketStart, timeWithin } from '../../sim/trace/buckets.ts'
import { countsOf, intervalAt, intervalsBy, percentilesOf, SHARES } from '../../web/state/latencies.ts'
import { barsOf } from '../../web/views/latency-layout.ts'
import { decades, logTicks } from '../../web/views/track-layout.ts'
import { opened } from './recorded.ts'

const stalls = opened('latency/stalls.yaml')
const { recording, latencies, scenario } = stalls
const named = (id: string) => {
  const found = latencies.get(recording.entities.find(id))
  if (found === undefined) throw new Error(`no latencies of ${id}`)
  return found
}

describe('latencies', () => {
  test('a service has those of its zones, told every ten seconds', () => {
    expect(named('io').ends).toEqual([10, 20, 30, 40, 50, 60, 70])
    expect(named('io/home/a').rows).toEqual(named('io').rows)
  })

  test('percentiles of the whole run are what the metric says', () => {
    const io = named('io')
    const counts = countsOf(recording, io, intervalsBy(io.ends, scenario.warmup), io.ends.length)
    const measured = (id: string) => stalls.checks.find(check => check.id === id)?.value
    expect(timeWithin(counts, 0.5)).toBe(measured('median'))
    expect(timeWithin(counts, 0.99)).toBe(measured('p99'))
  })

  test('half of the answers of each interval come within the first line, and rarer ones above it', () => {
    const io = named('io')
    const lines = percentilesOf(recording, io)
    io.ends.forEach((_, i) => {
      const counts = countsOf(recording, io, i, i + 1)
      const values = SHARES.map((share, line) => {
        expect(lines[line][i]).toBe(timeWithin(counts, share))
        return lines[line][i]
      })
      expect(values).toEqual([...values].sort((a, b) => a - b))
    })
  })

  test('what was counted in an interval is known when it is over, till the next one is', () => {
    const io = { entity: 1, ends: [10, 20, 40], rows: [], first: [0, 0, 0] }
    expect([0, 9.9, 10, 19, 20, 29.9, 30, 40, 49].map(moment => intervalAt(io, 10, moment))).toEqual([
      -1, -1, 0, 0, 1, 1, -1, 2, 2,
    ])
  })

  test('a run that tells none has no track of them', () => {
    const flagship = opened('az-loss.yaml')
    expect(flagship.latencies.size).toBe(0)
    expect(flagship.tracks.some(track => track.kind === 'latency')).toBe(false)
    expect(stalls.tracks.filter(track => track.kind === 'latency')).toHaveLength(1)
  })
})

describe('a histogram', () => {
  test('has bars whose areas on its axis sum to all answers', () => {
    const io = named('io')
    const bars = barsOf(countsOf(recording, io, 0, io.ends.length))
    const area = bars.reduce((sum, { from, to, density }) => sum + density * Math.log10(to / from), 0)
    expect(area).toBeCloseTo(1, 12)
    bars.forEach((bar, i) => {
      if (i > 0) expect(bar.from).toBe(bars[i - 1].to)
    })
  })

  test('is as fine as the buckets where all answers take about the same', () => {
    const counts = new Float64Array(BUCKETS)
    counts[bucketOf(0.2)] = 3
    expect(barsOf(counts).map(({ from, to }) => [from, to])).toEqual([
      [bucketStart(bucketOf(0.2)), bucketStart(bucketOf(0.2) + 1)],
    ])
    expect(barsOf(new Float64Array(BUCKETS))).toEqual([])
  })
})

describe('a logarithmic axis', () => {
  test('goes from a power of ten to another', () => {
    expect(decades([0.00017, 0.053])).toEqual([0.0001, 0.1])
    expect(decades([0.001, 0.001])).toEqual([0.001, 0.01])
  })

  test('has ticks that people count in', () => {
    expect(logTicks([0.0001, 0.1])).toEqual([0.0001, 0.001, 0.01, 0.1])
    expect(logTicks([0.00015, 0.008])).toEqual([0.0002, 0.0005, 0.001, 0.002, 0.005])
    expect(logTicks([0.0021, 0.0049])).toEqual([0.003, 0.004])
  })
})
