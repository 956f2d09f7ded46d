/** Results kept from an earlier time, and what changed since. Says so where the two cannot be compared. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import type { Check } from '../../verdicts/judge.ts'
import { exists, packageVersion } from '../files.ts'
import { Refusal, writeFileAtomically } from '../output.ts'
import { quantity, valueText } from '../report.ts'
import { type Case, type Judged, labelOf, type Result } from './case.worker.ts'

const entrySchema = z.strictObject({
  blackstart: z.string(),
  file: z.string(),
  variant: z.string().nullable(),
  scenarioHash: z.string(),
  seed: z.string(),
  fingerprint: z.string(),
  checks: z.record(
    z.string(),
    z.strictObject({ value: z.number().nullable(), verdict: z.enum(['pass', 'fail', 'inconclusive', 'vacuous']) }),
  ),
})
const baselineSchema = z.strictObject({ baseline: z.literal(1), entries: z.record(z.string(), entrySchema) })

type Entry = z.output<typeof entrySchema>

export interface Baseline {
  /** The file; paths of scenarios in it are relative to its folder, so that it may be used from anywhere. */
  readonly path: string
  /** By file and variant. */
  readonly entries: Readonly<Record<string, Entry>>
}

/** How a check stands to the baseline. */
export type Difference =
  | { readonly kind: 'new' }
  | { readonly kind: 'incomparable'; readonly because: string }
  | { readonly kind: 'same'; readonly hasSameHistory: boolean }
  | { readonly kind: 'changed'; readonly value: number | null; readonly verdict: Check['verdict'] }

/** Reads a baseline; an empty one when there is none yet and one is about to be made. Throws a Refusal when it cannot be used. */
export function readBaseline(path: string, isToBeMade: boolean): Baseline {
  if (!existsSync(path)) {
    if (isToBeMade) return { path, entries: {} }
    throw new Refusal(`--baseline ${path}: there is no such file; --update makes it`, path)
  }
  const refuse = (reason: string): never => {
    throw new Refusal(`--baseline ${path}: ${reason}`, path)
  }
  let data: unknown
  try {
    data = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  const format = typeof data === 'object' && data !== null && 'baseline' in data ? data.baseline : undefined
  if (format === undefined) return refuse('is no baseline; --baseline FILE --update makes one under another name')
  if (format !== 1) return refuse(`is of format ${JSON.stringify(format)}, and this version reads format 1; make it again`)
  const parsed = baselineSchema.safeParse(data)
  if (parsed.success) return { path, entries: parsed.data.entries }
  const [{ path: at, message }] = parsed.error.issues
  return refuse(`is damaged at ${at.join('.')}: ${message}; make it again with --update`)
}

/** What changed in one case, by expectation. */
export function differences(baseline: Baseline, result: Case & Judged): Readonly<Record<string, Difference>> {
  const entry = baseline.entries[keyOf(baseline.path, result)] as Entry | undefined
  return Object.fromEntries(result.checks.map(check => [check.id, differenceOf(entry, result, check)]))
}

function differenceOf(entry: Entry | undefined, result: Judged, { id, value, verdict }: Check): Difference {
  if (entry === undefined) return { kind: 'new' }
  const version = packageVersion()
  if (entry.scenarioHash !== result.scenarioHash)
    return { kind: 'incomparable', because: 'the scenario changed since the baseline' }
  if (entry.seed !== result.seed) return { kind: 'incomparable', because: `the baseline has seed ${entry.seed}` }
  if (entry.blackstart !== version) {
    return { kind: 'incomparable', because: `the baseline is of version ${entry.blackstart}, this is ${version}` }
  }
  if (!Object.hasOwn(entry.checks, id)) return { kind: 'new' }
  const was = entry.checks[id]
  if (was.value !== value || was.verdict !== verdict) return { kind: 'changed', ...was }
  return { kind: 'same', hasSameHistory: entry.fingerprint === result.fingerprint }
}

/** A difference in a few words, such as `−0.03 points, was 99.98 %`. */
export function differenceText(difference: Difference, check: Check): string {
  switch (difference.kind) {
    case 'new':
      return 'not in the baseline'
    case 'incomparable':
      return difference.because
    case 'same':
      return difference.hasSameHistory ? 'same' : 'same value, another history'
    case 'changed': {
      const { value, verdict } = difference
      const was = `was ${valueText({ value, verdict, unit: check.unit })}${verdict === check.verdict ? '' : `, ${verdict}`}`
      return value === null || check.value === null || value === check.value
        ? was
        : `${change(check.value - value, check)}, ${was}`
    }
    default:
      return difference satisfies never
  }
}

function change(by: number, { unit }: Check): string {
  const size = unit === 'ratio' ? `${Number((Math.abs(by) * 100).toPrecision(3))} points` : quantity(Math.abs(by), unit)
  return unit === 'flag' ? 'changed' : `${by < 0 ? '−' : '+'}${size}`
}

/**
 * Writes the baseline anew: what was judged now replaces what was known of it; cases that are gone go, and so do those of files
 * that are. `cases` are all that the files hold, of which a shard may have judged a part.
 */
export function updateBaseline({ path, entries }: Baseline, results: readonly Result[], cases: readonly Case[]): void {
  const files = new Set(cases.map(({ file }) => pathIn(path, file)))
  const keys = new Set(cases.map(one => keyOf(path, one)))
  const kept = new Map<string, Entry>()
  for (const [key, entry] of Object.entries(entries)) {
    const isThere = files.has(entry.file) ? keys.has(key) : exists(resolve(dirname(path), entry.file))
    if (isThere) kept.set(key, entry)
  }
  for (const result of results) {
    if (result.kind !== 'judged') continue
    const { variant, scenarioHash, seed, fingerprint, checks } = result
    const values = Object.fromEntries(checks.map(({ id, value, verdict }) => [id, { value, verdict }]))
    const file = pathIn(path, result.file)
    kept.set(keyOf(path, result), {
      blackstart: packageVersion(),
      file,
      variant,
      scenarioHash,
      seed,
      fingerprint,
      checks: values,
    })
  }
  const sorted = [...kept].sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileAtomically(path, [`${JSON.stringify({ baseline: 1, entries: Object.fromEntries(sorted) }, undefined, 2)}\n`])
}

function keyOf(baseline: string, { file, variant }: Case): string {
  return labelOf({ file: pathIn(baseline, file), variant })
}

function pathIn(baseline: string, file: string): string {
  return relative(dirname(resolve(baseline)), resolve(file))
    .split(sep)
    .join('/')
}
