/** Continuous-time Markov chains, small ones: how much of its time a chain spends in each state. */

/**
 * Long-run share of time in each state, from the rates `rates[from][to]`; the diagonal is not read. By the elimination of
 * Grassmann, Taksar and Heyman, which subtracts nothing and therefore keeps its digits however rare a state is.
 * Throws when a state cannot be left towards lower-numbered ones, which an irreducible chain rules out.
 * Source: Grassmann, Taksar & Heyman, Regenerative analysis and steady state distributions for Markov chains,
 * Operations Research 33 (1985).
 */
export function steadyState(rates: readonly (readonly number[])[]): number[] {
  const q = rates.map(row => row.slice())
  const n = q.length
  for (let last = n - 1; last > 0; last--) {
    let out = 0
    for (let to = 0; to < last; to++) out += q[last][to]
    if (!(out > 0)) throw new RangeError(`state ${last} is never left for a lower one`)
    for (let from = 0; from < last; from++) {
      q[from][last] /= out
      for (let to = 0; to < last; to++) q[from][to] += q[from][last] * q[last][to]
    }
  }
  const shares = [1]
  let total = 1
  for (let state = 1; state < n; state++) {
    let share = 0
    for (let from = 0; from < state; from++) share += shares[from] * q[from][state]
    shares.push(share)
    total += share
  }
  return shares.map(share => share / total)
}
