/** Shared feeds above the data centres: fed from each other in no circle, from enough, and named right by those they feed. */
import { isMap } from '../compose.ts'
import { components } from '../cycles.ts'
import type { Path } from '../document.ts'
import { namesOf } from '../feeds.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, FEEDS, hintOf, mapOf } from './draft.ts'

export function checkFeeds(draft: Draft): void {
  const { feeds, complain } = draft
  for (const [id, feed] of draft.entriesOf('feeds')) {
    const path = ['feeds', id]
    if (FEEDS.includes(id) || /^line-\d+$/.test(id))
      complain(path, `every data centre may have a feed called "${id}"`, 'call it by another name', true)
    const from = sourcesOf(feed.from)
    checkNames(draft, [...path, 'from'], feed.from)
    if (new Set(from).size < from.length) complain([...path, 'from'], 'names a feed twice', 'name each once')
    if (feed.k !== undefined && from.length === 0)
      complain([...path, 'k'], 'belongs to a feed that is fed from others', 'say which with `from`', true)
    else if (typeof feed.k === 'number' && feed.k > from.length)
      complain([...path, 'k'], `${feed.k} of ${from.length} can never be live`)
  }
  const sources = new Map(
    Object.keys(feeds).map(id => [id, sourcesOf(mapOf(feeds[id]).from).filter(one => Object.hasOwn(feeds, one))]),
  )
  for (const circle of components([...sources.keys()], sources)) {
    const [id] = circle
    if (circle.length > 1) complain(['feeds', id, 'from'], `${circle.join(', ')} are fed from each other in a circle`)
    else if (sources.get(id)?.includes(id)) complain(['feeds', id, 'from'], `"${id}" is fed from itself`)
  }
  for (const [name, region] of draft.entriesOf('world')) checkPlaces(draft, ['world', name], region)
  checkCounts(draft)
}

function checkPlaces(draft: Draft, path: Path, place: unknown): void {
  if (!isMap(place)) return
  checkNames(draft, [...path, 'power', 'from'], mapOf(place.power).from)
  for (const below of ['zones', 'datacentres'])
    for (const [name, inner] of Object.entries(mapOf(place[below]))) checkPlaces(draft, [...path, below, name], inner)
}

/** A list names one feed for each line-up. */
function checkCounts({ world, complain }: Draft): void {
  for (const region of world?.regions ?? []) {
    for (const zone of region.zones) {
      for (const { name, feeds, power } of zone.datacentres) {
        const { units } = power.lineups
        if (feeds.length < 2 || feeds.length === units) continue
        complain(
          ['world', region.name],
          `${region.name}/${zone.name}/${name} names ${feeds.length} feeds for ${units === 1 ? '1 line-up' : `${units} line-ups`}`,
          'one for each, or one for all: a feed that is `from` several with k: 1 lives on any of them',
          true,
        )
      }
    }
  }
}

function checkNames({ feeds, complain }: Draft, path: Path, from: unknown): void {
  const known = Object.keys(feeds)
  sourcesOf(from).forEach((name, i) => {
    if (Object.hasOwn(feeds, name)) return
    const hint = didYouMean(name, known) ?? hintOf(known) ?? 'add it to `feeds`'
    complain(Array.isArray(from) ? [...path, i] : path, `there is no feed "${name}"`, hint)
  })
}

function sourcesOf(from: unknown): readonly string[] {
  const isName = (one: unknown): one is string => typeof one === 'string'
  return Array.isArray(from) ? from.filter(isName) : namesOf(isName(from) ? from : undefined)
}
