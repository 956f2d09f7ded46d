/** Expectations: of whom, from when, and a limit that can be one. */
import type { Metric } from '../../metrics/define.ts'
import { metrics } from '../../metrics/index.ts'
import { complaints } from '../../metrics/measure.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { LIMIT_KEYS, limitSchema } from '../expectations.ts'
import { limitComplaint } from '../limit-units.ts'
import { rackIn } from '../place-names.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, hintOf, isOfFlows, planNames, QUEUES } from './draft.ts'
import { checkFaultName, checkMoment, checkRow, complainOfFlowsOnly } from './moments.ts'
import { checkSelector } from './selectors.ts'
import { selectedKind } from './targets.ts'

export function checkExpectation(draft: Draft, path: Path, expectation: Data): void {
  const { metric, of, after } = expectation
  const measured = metrics.find(({ name }) => name === metric)
  if (measured !== undefined) {
    for (const { key, message, hint } of complaints(measured, expectation)) draft.complain([...path, key], message, hint)
  }
  if (typeof of === 'string') checkSubject(draft, [...path, 'of'], of)
  else if (of !== undefined) checkSelector(draft, [...path, 'of'], of)
  if (measured !== undefined) checkMeasurable(draft, [...path, 'of'], measured, of)
  if (typeof after === 'string') {
    if (!isTime(after)) checkFaultName(draft, [...path, 'after'], after)
  } else checkMoment(draft, [...path, 'after'], after)
  if (typeof expectation.row === 'string') checkRow(draft, [...path, 'row'], expectation.row)
  for (const [i, row] of [expectation.rows ?? []].flat().entries())
    if (typeof row === 'string') checkRow(draft, [...path, 'rows', i], row)
  const judged = ['at-least', 'at-most', 'equals', 'between', 'published'].filter(
    key => expectation[key] !== undefined && expectation[key] !== null,
  )
  if (judged.length === 0) draft.complain(path, 'expects nothing', 'add at-least, at-most, equals, between or published', true)
  if (expectation.tolerance !== undefined && expectation.equals === undefined)
    draft.complain([...path, 'tolerance'], 'belongs to `equals`', undefined, true)
  if (metric === 'metastable' && !isOfFlows(draft)) complainOfFlowsOnly(draft, [...path, 'metric'])
  checkBounds(draft, path, expectation)
  if (measured === undefined) return
  for (const key of LIMIT_KEYS) {
    const value = expectation[key]
    const values = Array.isArray(value) ? value : [value]
    values.forEach((one, i) => {
      const wrong = limitComplaint(measured.name, measured.unit, one)
      if (wrong !== undefined)
        draft.complain(Array.isArray(value) ? [...path, key, i] : [...path, key], wrong.message, wrong.hint)
    })
  }
}

/** Nothing is at least so much and at most less. */
function checkBounds(draft: Draft, path: Path, expectation: Data): void {
  const { 'at-least': least, 'at-most': most } = expectation
  const [floor, ceiling] = [least, most].map(limit => limitSchema.safeParse(limit))
  if (least === undefined || most === undefined || !floor.success || !ceiling.success) return
  if (floor.data.value > ceiling.data.value)
    draft.complain([...path, 'at-most'], `can never hold: nothing is at least ${String(least)} and at most ${String(most)}`)
}

/** A metric is of some kinds of things, and may be nothing without requests. */
function checkMeasurable(draft: Draft, path: Path, metric: Metric, of: unknown): void {
  const { name, subjects, needsRequests } = metric
  const kinds = typeof of === 'string' ? kindsOf(draft, of) : isMap(of) ? [selectedKind(draft, of) ?? []].flat() : []
  if (subjects.length > 0 && kinds.length > 0 && !kinds.some(kind => (subjects as readonly string[]).includes(kind)))
    draft.complain(path, `${name} cannot be measured of a ${kinds[0]}`, `it is of a ${subjects.join(', ')}`)
  else if (needsRequests === true && typeof of === 'string' && Object.hasOwn(draft.services, of)) {
    const asked = draft.entriesOf('clients').flatMap(([, { to }]) => (typeof to === 'string' ? [to] : []))
    const areKnown = asked.every(service => Object.hasOwn(draft.services, service))
    if (areKnown && !asked.includes(of))
      draft.complain(path, `no client sends requests to "${of}": ${name} has nothing to go by`, hintOf(new Set(asked)))
  }
}

/** Kinds of things that a name may mean; none where it is not known before the scenario is wired. */
function kindsOf(draft: Draft, id: string): string[] {
  const kinds = [
    ...(Object.hasOwn(draft.services, id) ? ['service'] : []),
    ...(Object.hasOwn(draft.clients, id) ? ['client'] : []),
    ...(Object.hasOwn(draft.faults, id) ? ['fault'] : []),
    ...(planNames(draft).includes(id) ? ['plan'] : []),
    ...draft.placesNamed(id).map(({ kind }) => kind),
  ]
  for (const kind of ['rack', 'host'] as const) if (draft.places?.some(place => rackIn(place, id, kind))) kinds.push(kind)
  return kinds
}

function checkSubject(draft: Draft, path: Path, id: string): void {
  const own = [draft.services, draft.clients, draft.faults].flatMap(map => Object.keys(map)).concat(planNames(draft))
  if (own.includes(id) || draft.places === undefined) return
  const [first, ...rest] = id.split('/')
  if (Object.hasOwn(draft.services, first) && rest.length > 0) return // a cell or an instance
  if (draft.placesNamed(id).length > 0 || draft.places.some(place => rackIn(place, id, 'rack or host'))) return
  const below = [...draft.feedNames, ...QUEUES]
  const isBelow = (name: string): boolean =>
    id.endsWith(`/${name}`) && draft.placesNamed(id.slice(0, -name.length - 1)).length > 0
  if (below.includes(id) || below.some(isBelow)) return
  draft.complain(
    path,
    `there is nothing called "${id}"`,
    didYouMean(id, [...own, ...(draft.places ?? []).map(place => place.id)]),
  )
}

/** `1h` is a time and not a fault; faults may be called anything that is an id. */
function isTime(text: string): boolean {
  return /^\d+(\.\d+)?\s*[a-z]+$/.test(text)
}
