/** Small Markov chains worked out exactly: what a time average over a run of given length comes to, and how much it scatters. */
import { steadyState } from '../../sim/sla/markov.ts'

/**
 * Long-run mean of f(state) and the standard error of its average over `time`, from the rates `rates[from][to]`: with h the
 * solution of Poisson's equation Σⱼ qᵢⱼ(hⱼ − hᵢ) = f̄ − fᵢ, σ² = 2 Σᵢ πᵢ(fᵢ − f̄)hᵢ and error = √(σ²⁄time).
 */
export function chainAverage(
  rates: readonly (readonly number[])[],
  f: (state: number) => number,
  time: number,
): { mean: number; error: number } {
  const n = rates.length
  const pi = steadyState(rates)
  const mean = pi.reduce((sum, share, state) => sum + share * f(state), 0)
  // h is known up to a constant: that of state 0 is 0, and the equation of state 0 follows from the others.
  const rows = rates.slice(1).map((row, i) => {
    const state = i + 1
    const out = row.reduce((sum, rate, to) => (to === state ? sum : sum + rate), 0)
    return [...row.map((rate, to) => (to === state ? -out : rate)).slice(1), mean - f(state)]
  })
  for (let pivot = 0; pivot < n - 1; pivot++) {
    const best = rows.reduce((top, row, i) => (i > pivot && Math.abs(row[pivot]) > Math.abs(rows[top][pivot]) ? i : top), pivot)
    ;[rows[pivot], rows[best]] = [rows[best], rows[pivot]]
    for (let i = 0; i < n - 1; i++) {
      if (i === pivot) continue
      const times = rows[i][pivot] / rows[pivot][pivot]
      for (let j = pivot; j < n; j++) rows[i][j] -= times * rows[pivot][j]
    }
  }
  const h = [0, ...rows.map((row, i) => row[n - 1] / row[i])]
  const variance = 2 * pi.reduce((sum, share, state) => sum + share * (f(state) - mean) * h[state], 0)
  return { mean, error: Math.sqrt(variance / time) }
}
