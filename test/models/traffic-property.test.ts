import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CELL, type Change, CLIENT, run } from './traffic-harness.ts'

const change = fc
  .record({
    at: fc.double({ min: 1, max: 40, noNaN: true }),
    what: fc.constantFrom('cell', 'factor', 'errors', 'success', 'latency', 'load'),
    cell: fc.nat(1),
    value: fc.double({ min: 0, max: 1, noNaN: true }),
    count: fc.nat(4),
  })
  .map(
    ({ at, what, cell, value, count }): Change => ({
      at,
      do(traffic, cause) {
        if (what === 'cell') traffic.setCell(cell, { serving: 4 - count, dead: Math.floor(count * value) }, cause)
        else if (what === 'factor') traffic.setFactor(cell, value, cause)
        else if (what === 'errors') traffic.setErrors(cell, value, cause)
        else if (what === 'success') traffic.setSuccess(cell, count % 2, value, cause)
        else if (what === 'latency') traffic.setLatency(cell, value, cause)
        else traffic.setLoad(cell, 2 * value, cause)
      },
    }),
  )

test('whatever happens, no attempt is lost or invented, and nothing runs away', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 12 }),
      fc.constantFrom(0, 50, 5000, Infinity),
      fc.constantFrom('full', 'none'),
      (changes, queueLimit, jitter) => {
        const silence = [0, 1].map((client): Change => ({ at: 60, do: (traffic, cause) => traffic.setLoad(client, 0, cause) }))
        const repair = [0, 1].map(
          (cell): Change => ({
            at: 60,
            do(traffic, cause) {
              traffic.setCell(cell, { serving: 4, dead: 0 }, cause)
              traffic.setFactor(cell, 1, cause)
            },
          }),
        )
        const probe = [0, 1].map((cell): Change => ({ at: 600, do: (traffic, cause) => traffic.setErrors(cell, 0.5, cause) }))
        const { traffic, sim, rows, rowsOf, total } = run({
          clients: [
            { rate: { kind: 'constant', rate: 400 }, timeout: 0.6, attempts: 3, backoff: { base: 0.05, cap: 0.08 }, jitter },
            { rate: { kind: 'constant', rate: 300 }, timeout: 2, attempts: 2, backoff: { base: 0, cap: 0 } },
          ],
          services: [{ queueLimit, takes: 0.01, capacity: 100 }],
          instances: [4, 4],
          changes: [...changes, ...silence, ...repair, ...probe],
          horizon: 700,
        })
        let sent = 0
        let good = 0
        let failing = 0
        for (let cell = 0; cell < 2; cell++) {
          const counts = traffic.countsOf(cell)
          for (const value of Object.values(counts)) expect(value).toBeGreaterThanOrEqual(-1e-6)
          const { refused, vanished, failed, late, waiting } = counts
          expect(Math.abs(counts.sent - refused - vanished - counts.good - failed - late - waiting)).toBeLessThan(
            1e-9 * Math.max(1, counts.sent),
          )
          expect(waiting).toBe(0)
          sent += counts.sent
          good += counts.good
          failing += total('cell.flow', CELL + cell, 'b')
        }
        expect(Math.abs(sent - good - failing)).toBeLessThan(2e-6 * sent + 0.01)
        const answered = total('client.flow', CLIENT, 'b') + total('client.flow', CLIENT + 1, 'b')
        expect(Math.abs(answered - good)).toBeLessThan(2e-6 * sent + 0.01)
        for (const row of rowsOf('cell.flow')) {
          expect(rows.a[row]).toBeGreaterThanOrEqual(0)
          expect(rows.b[row]).toBeGreaterThanOrEqual(0)
        }
        expect(sim.events).toBeLessThan(6000)
      },
    ),
    { numRuns: 300, seed: 7 },
  )
})
