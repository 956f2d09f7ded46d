/**
 * Birth–death processes worked out exactly: what share of time each state takes, and how much a time average over a run of
 * given length scatters. The second is what makes a tolerance more than a guess.
 */

/** Share of time in each of the states 0 … n, from the rates up (out of 0 … n−1) and down (out of 1 … n). */
export function shares(up: readonly number[], down: readonly number[]): number[] {
  const weights = [1]
  for (let i = 0; i < up.length; i++) weights.push((weights[i] * up[i]) / down[i])
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map(weight => weight / sum)
}

/**
 * Long-run mean of f(state), and the standard error of its average over `time`:
 * σ² = 2 Σᵢ (Σ_{j≤i} πⱼ(fⱼ − f̄))² ⁄ (πᵢ·upᵢ), error = √(σ²⁄time).
 * Source: W. Whitt, Planning queueing simulations, Management Science 35 (1989), for birth–death processes.
 */
export function timeAverage(
  up: readonly number[],
  down: readonly number[],
  f: (state: number) => number,
  time: number,
): { mean: number; variance: number; error: number } {
  const pi = shares(up, down)
  const mean = pi.reduce((sum, share, state) => sum + share * f(state), 0)
  // The sum over j ≤ i is minus the sum over j > i; each is taken where it has few terms, or rounding would swamp the tails.
  const sums = new Array<number>(up.length).fill(0)
  const middle = pi.indexOf(Math.max(...pi))
  for (let i = 0, sum = 0; i < middle; i++) sums[i] = sum += pi[i] * (f(i) - mean)
  for (let i = up.length - 1, sum = 0; i >= middle; i--) sums[i] = sum += pi[i + 1] * (f(i + 1) - mean)
  const variance = 2 * sums.reduce((sum, s, i) => (pi[i] * up[i] > 0 ? sum + s ** 2 / (pi[i] * up[i]) : sum), 0)
  return { mean, variance, error: Math.sqrt(variance / time) }
}
