/** What the worker tells the page about a finished run: plain data out of the outcome and the scenario. */
import { parse } from 'yaml'
import { comparedForms } from '../../sim/experiment/closed-form/index.ts'
import type { RunOutcome } from '../../sim/experiment/run.ts'
import type { Expectation, Scenario } from '../../sim/scenario/schema.ts'
import type { Entities } from '../../sim/trace/entities.ts'
import type { TraceColumns } from '../../sim/trace/trace.ts'
import type { Check } from '../../sim/verdicts/judge.ts'
import { copiesOf, creditsOf } from './promises.ts'
import type { CheckReport, FinishedRun, ScenarioReport, Text, Theory, VariantEntry } from './protocol.ts'

/** A finished run as the page gets it, with columns of its own. `wall` is the real time it took, s. */
export function report(
  text: string,
  scenario: Scenario,
  variants: readonly string[],
  seed: string,
  outcome: RunOutcome,
  wall: number,
): FinishedRun {
  const { recording, fingerprint, events, checks } = outcome
  const theories = comparedForms(scenario, checks)
  return {
    kind: 'finished',
    scenario: describe(scenario, seed, variantsOf(text, variants), recording.entities),
    rows: copied(recording.rows),
    kinds: recording.kinds.slice(),
    entities: recording.entities.table(),
    checks: checks.map(check =>
      reportOf(
        check,
        scenario.expect[check.id],
        theories.find(({ id }) => id === check.id),
      ),
    ),
    credits: creditsOf(scenario, outcome),
    copies: copiesOf(scenario),
    fingerprint,
    events,
    wall,
  }
}

/** Variants with their titles. The text has been read without complaint before, so it can be read again. */
function variantsOf(text: string, names: readonly string[]): VariantEntry[] {
  const { variants = {} } = parse(text, { maxAliasCount: 100 }) as { variants?: Titled }
  return names.map(name => entryOf(variants, name))
}

/** Variants as they are written, as far as their titles go. */
export type Titled = Readonly<Record<string, { readonly title?: unknown } | null>>

export function entryOf(variants: Titled, name: string): VariantEntry {
  return { name, title: textOf(variants[name]?.title, name) }
}

export function textOf(given: unknown, otherwise: string): Text {
  if (typeof given === 'string') return { en: given, zh: given }
  const { en, zh } = (given ?? {}) as Partial<Text>
  return { en: en ?? zh ?? otherwise, zh: zh ?? en ?? otherwise }
}

function describe(scenario: Scenario, seed: string, variants: VariantEntry[], entities: Entities): ScenarioReport {
  const { file, name, title, question, variant, run, world, services, clients, notices } = scenario
  const called = new Set(Object.values(clients).flatMap(client => ('to' in client ? [client.to] : [])))
  return {
    file,
    name,
    title: title ?? { en: name, zh: name },
    question: question ?? null,
    variant,
    variants,
    seed,
    horizon: run.horizon,
    warmup: run.warmup,
    interval: run.interval,
    clock: run.clock ?? null,
    datacentres: world.regions.flatMap(region =>
      region.zones.flatMap(zone =>
        zone.datacentres.map(({ name: datacentre, tenants, begin, power }) => ({
          entity: entities.find(`${region.name}/${zone.name}/${datacentre}`),
          tenants,
          begin,
          ups: power.ups,
        })),
      ),
    ),
    services: Object.keys(services).map(id => {
      const spec = services[id]
      const begin = 'begin' in spec ? spec.begin : undefined
      return { entity: entities.find(id), begin: begin ?? 'up', isCalled: called.has(id) }
    }),
    notices,
  }
}

const COMPARATORS = ['at-least', 'at-most', 'equals', 'between'] as const

function reportOf(check: Check, expectation: Expectation, theory: Theory | undefined): CheckReport {
  const { id, metric, of, verdict, value, limit, at, unit, should, outcome, line, because, published } = check
  return {
    id,
    metric,
    of: typeof of === 'string' ? of : of === null ? '' : selected(of),
    verdict,
    should,
    value,
    comparator: COMPARATORS.find(key => expectation[key] !== undefined) ?? null,
    limit,
    unit,
    at,
    outcome,
    published: published ?? null,
    because: because ?? null,
    theory: theory ?? null,
    line,
  }
}

/** A selector in a few words: `zone a, host`. */
function selected(selector: object): string {
  return Object.entries(selector)
    .filter(([, value]) => typeof value === 'string' || Array.isArray(value))
    .map(([key, value]) => (key === 'of' ? String(value) : `${key} ${String(value)}`))
    .join(', ')
}

function copied(rows: TraceColumns): TraceColumns {
  const { length, time, kind, subject, cause, a, b } = rows
  return {
    length,
    time: time.slice(),
    kind: kind.slice(),
    subject: subject.slice(),
    cause: cause.slice(),
    a: a.slice(),
    b: b.slice(),
  }
}
