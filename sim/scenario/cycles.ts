/**
 * Services that need each other to start: in a circle none of them starts by itself. Not wrong, for a circle is harmless while
 * everything runs; but someone should know before the first black start.
 */

export interface StartNeed {
  readonly from: readonly string[]
  /** How many of them must be up; all when left out. */
  readonly k?: number | undefined
  readonly when: string
  /** s */
  readonly hold: number
}

/** Groups of services that wait for each other when all are down, each in the order given, the first found first. */
export function startCycles(
  services: Readonly<Record<string, { readonly needs?: Readonly<Record<string, StartNeed>> }>>,
): string[][] {
  const ids = Object.keys(services)
  const waitsFor = new Map<string, string[]>()
  for (const id of ids) {
    const needs = Object.values(services[id].needs ?? {})
    const strict = needs.filter(
      ({ when, hold, from, k }) => when === 'start' && hold === 0 && (k ?? from.length) === from.length,
    )
    waitsFor.set(
      id,
      strict.flatMap(({ from }) => from).filter(supplier => Object.hasOwn(services, supplier)),
    )
  }
  return components(ids, waitsFor).filter(group => group.length > 1 || waitsFor.get(group[0])?.includes(group[0]) === true)
}

/** Strongly connected components, without recursion: files come from strangers. Source: Tarjan (1972). */
function components(ids: readonly string[], edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const found: string[][] = []
  for (const root of ids) {
    if (order.has(root)) continue
    const walk: { id: string; next: number }[] = [{ id: root, next: 0 }]
    while (walk.length > 0) {
      const frame = walk[walk.length - 1]
      const { id } = frame
      if (frame.next === 0) {
        order.set(id, order.size)
        low.set(id, order.size - 1)
        stack.push(id)
        onStack.add(id)
      }
      const next = edges.get(id)?.[frame.next]
      frame.next++
      if (next !== undefined) {
        if (!order.has(next)) walk.push({ id: next, next: 0 })
        else if (onStack.has(next)) low.set(id, Math.min(low.get(id) ?? 0, order.get(next) ?? 0))
        continue
      }
      walk.pop()
      const parent = walk[walk.length - 1]
      if (parent !== undefined) low.set(parent.id, Math.min(low.get(parent.id) ?? 0, low.get(id) ?? 0))
      if (low.get(id) !== order.get(id)) continue
      const members = new Set<string>()
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack.delete(member)
        members.add(member)
        if (member === id) break
      }
      found.push(ids.filter(one => members.has(one)))
    }
  }
  return found
}
