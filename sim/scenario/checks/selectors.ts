/** Selectors: everything they name exists, and some place is all that they say. */
import { SELECTABLE } from '../../units/fields.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { linksOf, placesCalled, rackIn } from '../place-names.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, hintOf, PLACE_KEYS, planNames, QUEUES } from './draft.ts'
import { placeHint } from './names.ts'

/** Whether all things named exist, and some place is all that it is said to be. */
export function checkSelector(draft: Draft, path: Path, selector: unknown): boolean {
  if (!isMap(selector)) return false
  const before = draft.findings.length
  for (const key of SELECTABLE) {
    for (const [i, name] of [selector[key] ?? []].flat().entries()) {
      if (typeof name === 'string')
        checkNamed(draft, Array.isArray(selector[key]) ? [...path, key, i] : [...path, key], key, name)
    }
  }
  for (const [i, name] of [selector.place ?? []].flat().entries()) {
    const at = Array.isArray(selector.place) ? [...path, 'place', i] : [...path, 'place']
    if (typeof name !== 'string' || draft.places === undefined) continue
    if (!draft.places.some(({ id }) => id === name) && draft.hostOf(name) === undefined) {
      draft.complain(
        at,
        `there is no place with the id "${name}"`,
        draft.placesNamed(name)[0] === undefined ? placeHint(draft, name) : `write ${draft.placesNamed(name)[0].id}`,
      )
    }
  }
  if (draft.findings.length === before && draft.places !== undefined && !matchesAnywhere(draft, selector)) {
    draft.complain(path, 'the target can never match: no place is all of these')
  }
  if (isMap(selector.except)) checkSelector(draft, [...path, 'except'], { of: selector.of, ...selector.except })
  return draft.findings.length === before
}

function checkNamed(draft: Draft, path: Path, key: (typeof SELECTABLE)[number], name: string): void {
  const missing = (candidates: readonly string[]): void => {
    if (candidates.some(candidate => candidate === name || candidate.endsWith(`/${name}`))) return
    const short = candidates.map(candidate => candidate.slice(candidate.lastIndexOf('/') + 1))
    draft.complain(
      path,
      `there is no ${key} "${name}"`,
      didYouMean(name, [...new Set([...short, ...candidates])]) ?? hintOf(candidates),
    )
  }
  switch (key) {
    case 'region':
    case 'zone':
    case 'datacentre':
      if (
        draft.places !== undefined &&
        placesCalled(
          draft.places.filter(({ kind }) => kind === key),
          name,
        ).length === 0
      ) {
        draft.complain(path, `there is no ${key} "${name}"`, placeHint(draft, name, [key]))
      }
      break
    case 'rack':
    case 'host':
      if (draft.places !== undefined && !draft.places.some(place => rackIn(place, name, key))) {
        draft.complain(path, `there is no ${key} "${name}"`, key === 'rack' ? 'racks are r1, r2 …' : 'hosts are h1, h2 …')
      }
      break
    case 'feed':
      missing(draft.feedNames)
      break
    case 'queue':
      missing(QUEUES)
      break
    case 'service':
      missing(Object.keys(draft.services))
      break
    case 'client':
      missing(Object.keys(draft.clients))
      break
    case 'plan':
      missing(planNames(draft))
      break
    case 'link':
      if (draft.world !== undefined) missing(linksOf(draft.world))
      break
    case 'cell':
    case 'instance':
      break // made while the scenario is wired
    default:
      key satisfies never
  }
}

/** Whether one place fulfils every place key; other keys are taken as fulfilled. */
function matchesAnywhere(draft: Draft, selector: Data): boolean {
  const given = PLACE_KEYS.filter(key => selector[key] !== undefined)
  if (given.length < 2 && (given.length === 0 || selector.place === undefined)) return true
  const namesOf = (key: string): string[] => [selector[key] ?? []].flat().filter(name => typeof name === 'string')
  return (draft.places ?? [])
    .filter(({ kind }) => kind === 'datacentre')
    .some(place => {
      const [region, zone] = place.id.split('/')
      const ids = { region, zone: `${region}/${zone}`, datacentre: place.id }
      const fits = given.every(key =>
        namesOf(key).some(name =>
          key === 'rack' || key === 'host' ? rackIn(place, name, key) : ids[key] === name || ids[key].endsWith(`/${name}`),
        ),
      )
      const under =
        selector.place === undefined ||
        namesOf('place').some(name => `${place.id}/`.startsWith(`${name}/`) || name.startsWith(`${place.id}/`))
      return fits && under
    })
}
