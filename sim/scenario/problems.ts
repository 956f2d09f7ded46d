/** What is wrong with a file: each problem with its place and, where there is one, what to write instead. */

export interface Problem {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Dotted path of the value, such as `faults.lose-a.lasts`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
  readonly hint?: string
}

/** How much a file may ask for. Each is named in the message that refuses, with the option that raises it. */
export interface Limits {
  /** Of one file, in UTF-8. */
  readonly bytes: number
  /** Maps and lists inside one another. */
  readonly depth: number
  /** Uses of `*name`. */
  readonly aliases: number
  /** Values in all, aliases written out. */
  readonly values: number
  /** Files used, one inside another or side by side. */
  readonly files: number
  /** Zones of all regions: routes are worked out between any two. */
  readonly zones: number
  /** Places, hosts, instances and other things of the model. */
  readonly entities: number
}

export const LIMITS: Limits = {
  bytes: 2_000_000,
  depth: 40,
  aliases: 100,
  values: 200_000,
  files: 32,
  zones: 100,
  entities: 2_000_000,
}

/** More problems than this are not listed: they are rarely about different things. */
export const PROBLEMS_MAX = 100

/** `az-loss.yaml:8:5  faults.lose-a.lasts: a time needs a unit, got 30 (write 30m)` */
export function formatProblem({ file, line, column, path, message, hint }: Problem): string {
  return `${file}:${line}:${column}  ${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : ` (${hint})`}`
}

/** `did you mean "web"?` when one of the words is close enough to be what was meant, else undefined. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const nearest = nearestTo(word, candidates)
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`
}

/** The candidate with the smallest edit distance, if it is small for the length of the word; ties by order given. */
export function nearestTo(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 60) return undefined
  const lower = word.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(lower, candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replace, previous[j] + 1, row[j - 1] + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = previous
    previous = row
  }
  return previous[b.length]
}
