/**
 * What theory says of a scenario's expectations, for those that fall in a class that can be worked out: long-run availability
 * under faults that strike again and again, whether enough is left when a zone goes, when each service is back that waits
 * for others to start, when the last host of a data centre is, how long a backlog takes to drain, and whether a service comes
 * back by itself. It stands next to the simulated value, says what it takes for granted, and why the two may differ. Runs nothing.
 */
import { enrol } from '../../scenario/roster.ts'
import type { Expectation, Scenario } from '../../scenario/schema.ts'
import type { Seconds } from '../../units/quantity.ts'
import { backlogDrain } from './backlog-drain.ts'
import { bootStorm } from './boot-storm.ts'
import { type ClosedForm, type Comparison, type FormClass, type Simulated, serviceMeant } from './form.ts'
import { longRun } from './long-run.ts'
import { metastability } from './metastable.ts'
import { startUp } from './start-up.ts'
import { staticStability } from './static-stability.ts'

export type { ClosedForm, Comparison, FormClass, Reason, Simulated } from './form.ts'

const METRICS: readonly string[] = [
  'availability',
  'downtime',
  'instances-ready',
  'recovery-time',
  'goodput-share',
  'time-to',
  'drain-time',
  'metastable',
]

/** The closed forms of all expectations that have one, in the order of the file. */
export function closedForms(scenario: Scenario): ClosedForm[] {
  const activeIds = Object.keys(scenario.faults).filter(id => scenario.faults[id].odds > 0 && strikes(scenario, id) !== false)
  if (activeIds.every(id => strikes(scenario, id) === undefined)) return [] // it may be that nothing happens at all
  const active = activeIds.map(id => scenario.faults[id])
  const isMeant = ({ metric, of }: Expectation): boolean => typeof of === 'string' && METRICS.includes(metric)
  if (!Object.values(scenario.expect).some(isMeant)) return []
  const roster = enrol(scenario)
  const recurs = active.every(({ every }) => every !== undefined)
  return Object.entries(scenario.expect).flatMap(([id, expectation]) => {
    if (!isMeant(expectation)) return []
    const storm = bootStorm(roster, active, expectation, activeIds)
    if (storm !== undefined) return [{ id, ...storm }]
    const number = serviceMeant(roster, expectation)
    if (number < 0) return []
    const form = recurs
      ? longRun(scenario, roster, active, number, expectation)
      : (staticStability(scenario, roster, active, number, expectation) ??
        startUp(roster, active, number, expectation) ??
        backlogDrain(scenario, roster, active, number, expectation) ??
        metastability(scenario, roster, number, expectation))
    return form === undefined ? [] : [{ id, ...form }]
  })
}

/** Whether a fault strikes before the run ends; undefined where only the run tells. */
function strikes({ faults, run }: Pick<Scenario, 'faults' | 'run'>, id: string, delay: Seconds = 0): boolean | undefined {
  const { at } = faults[id]
  if (at.kind === 'time') return at.time + delay < run.horizon
  if (at.kind === 'when') return undefined
  return strikes({ faults, run }, at.ref.replace(/\.(start|end)$/, ''), delay + at.delay)
}

/** An interval of 95 % misses the true value once in twenty times; twice its width does so once in ten thousand. */
const WIDTHS = 2
/** What leaves nothing to chance is the same in one run as in all: a share at a peak that passes; a time, to the clock's grid. */
const NEAR: Readonly<Partial<Record<FormClass, number>>> = {
  'static-stability': 0.03,
  'start-up': 0.001,
  'boot-rounds': 0.001,
  'backlog-drain': 0.001,
  metastable: 0,
}

/** The closed forms of a scenario next to what came out of its expectations, of those that had anything to measure. */
export function comparedForms(
  scenario: Scenario,
  checks: readonly (Simulated & { readonly id: string })[],
): (ClosedForm & Comparison)[] {
  return closedForms(scenario).flatMap(form => {
    const check = checks.find(({ id }) => id === form.id)
    return check === undefined || check.verdict === 'vacuous' ? [] : [{ ...form, ...compare(form, check) }]
  })
}

/** Whether what was simulated is what the closed form says. */
export function compare(form: ClosedForm, { value, interval, verdict }: Simulated): Comparison {
  if (form.value === null) {
    if (verdict !== 'pass' && verdict !== 'fail') return { agrees: null, reason: null }
    const agrees = form.verdict === verdict
    return { agrees, reason: agrees ? null : (form.leavesOut[0] ?? null) }
  }
  const near = NEAR[form.class]
  if (near !== undefined) {
    const agrees = value !== null && Math.abs(value - form.value) <= near
    return { agrees, reason: agrees ? null : (form.leavesOut[0] ?? null) }
  }
  const [low, high] = interval ?? [null, null]
  if (value === null || low === null || high === null) return { agrees: null, reason: 'one-run' }
  const agrees = Math.abs(value - form.value) <= (WIDTHS * (high - low)) / 2
  return { agrees, reason: agrees ? null : (form.leavesOut[0] ?? null) }
}
