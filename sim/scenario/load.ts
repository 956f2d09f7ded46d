/**
 * Text → scenario, or every problem at once, each with its place. Files come from strangers: whatever is in them ends here as a
 * scenario or as a problem, never as an exception.
 */
import { canonicalText, hashOf } from './canonical.ts'
import { checkReferences } from './checks/index.ts'
import { applySet, applyVariant, type Composition, composeFile, type Data, isMap, type Read, valueAt } from './compose.ts'
import { readDocument, type Spot, Spots } from './document.ts'
import { errorMap, type Finding, findingsOf } from './issues.ts'
import { noticesOf } from './notices.ts'
import { checkObserved } from './observed.ts'
import { checkPlacement } from './placement.ts'
import { formatProblem, LIMITS, type Limits, PROBLEMS_MAX, type Problem } from './problems.ts'
import { fileSchema, resolve, type Scenario } from './schema.ts'

export type { Read } from './compose.ts'
export { formatProblem, LIMITS, type Limits, type Problem } from './problems.ts'

export interface LoadOptions {
  /** Name of the file in messages; its last part is also how it is told from the files it uses. */
  readonly file: string
  /** Reads `library/NAME.yaml` and `./path.yaml`; undefined when there is no such file. */
  readonly read?: Read | undefined
  /** Name of a variant; the file as written without one. */
  readonly variant?: string | undefined
  /** Values to change after the variant, by dotted path; written as in a file. */
  readonly set?: readonly (readonly [path: string, value: string])[] | undefined
  readonly limits?: Partial<Limits> | undefined
}

export type Loaded =
  | {
      readonly ok: true
      readonly scenario: Scenario
      /** Names of the file's variants, in the order written. */
      readonly variants: readonly string[]
      /** Suspicious though not wrong, for people. */
      readonly notices: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Loads one scenario file with everything it uses, validates it and resolves it. */
export function load(
  text: string,
  { file, read = () => undefined, variant, set = [], limits: raised = {} }: LoadOptions,
): Loaded {
  const limits = { ...LIMITS, ...raised }
  const problems: Problem[] = []
  const spots = new Spots()
  const composition: Composition = { file, read, limits, spots, problems }
  const whole: Spot = { file, line: 1, column: 1 }

  const composed = composeFile(text, composition)
  if (composed === undefined) return { ok: false, problems: inOrder(problems, file) }
  let data = composed
  if (variant !== undefined) data = applyVariant(data, variant, composition, whole)
  for (const [path, value] of set) data = applySetting(data, path, value, composition)

  const parsed = fileSchema.safeParse(data, { error: errorMap })
  const findings = parsed.success ? [] : findingsOf(parsed.error.issues, data)
  findings.push(...checkReferences(data, limits))
  if (parsed.success && parsed.data.run.warmup >= parsed.data.run.horizon) {
    findings.push({ path: ['run', 'warmup'], message: 'the warm-up is as long as the whole run' })
  }
  if (
    parsed.success &&
    valueAt(data, ['run', 'interval']) !== undefined &&
    parsed.data.run.interval > parsed.data.run.horizon
  ) {
    findings.push({ path: ['run', 'interval'], message: 'is longer than the whole run' })
  }
  problems.push(...findings.map(finding => placed(finding, data, spots, whole)))
  if (!parsed.success || problems.length > 0) return { ok: false, problems: inOrder(problems, file) }

  const about = { file, variant: variant ?? null, hash: '', notices: [] }
  const scenario = resolve(parsed.data, about, id => spots.find(data, ['expect', id], whole, 'key').line)
  const amiss = [...checkPlacement(scenario), ...checkObserved(scenario)].map(finding => placed(finding, data, spots, whole))
  if (amiss.length > 0) return { ok: false, problems: inOrder(amiss, file) }
  const notices = noticesOf(scenario, data).map(notice => formatProblem(placed(notice, data, spots, whole)))
  return {
    ok: true,
    scenario: { ...scenario, notices, hash: scenarioHash(scenario) },
    variants: Object.keys(parsed.data.variants),
    notices,
  }
}

/** Names of a file's variants as far as it can be read; none when it cannot. */
export function variantNames(text: string, file = 'scenario.yaml', limits: Partial<Limits> = {}): readonly string[] {
  const { data } = readDocument(text, file, { ...LIMITS, ...limits }, new Spots())
  return isMap(data) && isMap(data.variants) ? Object.keys(data.variants) : []
}

/** What is simulated, as 16 hex digits: texts for people, places in files and the seed are left out. */
export function scenarioHash({
  name,
  run,
  world,
  feeds,
  machines,
  services,
  clients,
  plans,
  faults,
  expect,
}: Scenario): string {
  const expected = Object.fromEntries(
    Object.entries(expect).map(
      ([id, { line: _line, because: _b, source: _s, fitted: _f, grade: _g, point: _p, published: _u, ...judged }]) => [
        id,
        judged,
      ],
    ),
  )
  const { horizon, warmup } = run
  return hashOf(canonicalText({ name, horizon, warmup, world, feeds, machines, services, clients, plans, faults, expected }))
}

function applySetting(data: Data, path: string, value: string, composition: Composition): Data {
  const { problems, spots, limits } = composition
  const spot = { file: '--set', line: 1, column: 1 }
  if (value.trim() === '') {
    problems.push({ ...spot, path, message: 'is given no value', hint: `write ${path}=VALUE` })
    return data
  }
  const read = readDocument(value, '--set', limits, spots)
  problems.push(...read.problems.map(problem => ({ ...problem, path })))
  if (read.problems.length > 0) return data
  return applySet(data, path, read.data, { key: spot, value: spot }, '', composition)
}

function placed({ path, message, hint, onKey = false }: Finding, data: Data, spots: Spots, whole: Spot): Problem {
  const spot = spots.find(data, path, whole, onKey ? 'key' : 'value')
  return { ...spot, path: path.join('.'), message, ...(hint !== undefined && { hint }) }
}

/** The file's own problems first, each file by place; what is said twice is said once. */
function inOrder(problems: readonly Problem[], file: string): readonly Problem[] {
  const seen = new Set<string>()
  const once = problems.filter(problem => {
    const key = JSON.stringify(problem)
    return !seen.has(key) && seen.add(key)
  })
  const rank = (problem: Problem): string => (problem.file === file ? '' : problem.file)
  const sorted = once.sort((a, b) =>
    rank(a) === rank(b) ? a.line - b.line || a.column - b.column : rank(a) < rank(b) ? -1 : 1,
  )
  if (sorted.length <= PROBLEMS_MAX) return sorted
  const left = sorted.length - PROBLEMS_MAX
  return [...sorted.slice(0, PROBLEMS_MAX), { file, line: 1, column: 1, path: '', message: `and ${left} more problems` }]
}
