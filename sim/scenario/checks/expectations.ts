/** Expectations: of whom, from when, and a limit that can be one. */
import { metrics } from '../../metrics/index.ts'
import { complaints } from '../../metrics/measure.ts'
import type { Data } from '../compose.ts'
import type { Path } from '../document.ts'
import { LIMIT_KEYS } from '../expectations.ts'
import { limitComplaint } from '../limit-units.ts'
import { rackIn } from '../place-names.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, isOfFlows, planNames, QUEUES } from './draft.ts'
import { checkFaultName, checkMoment, checkRow, complainOfFlowsOnly } from './moments.ts'
import { checkSelector } from './selectors.ts'

export function checkExpectation(draft: Draft, path: Path, expectation: Data): void {
  const { metric, of, after } = expectation
  const measured = metrics.find(({ name }) => name === metric)
  if (measured !== undefined) {
    for (const { key, message, hint } of complaints(measured, expectation)) draft.complain([...path, key], message, hint)
  }
  if (typeof of === 'string') checkSubject(draft, [...path, 'of'], of)
  else if (of !== undefined) checkSelector(draft, [...path, 'of'], of)
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
