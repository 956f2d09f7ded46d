/**
 * Services that need each other to start: in a circle none of them starts by itself. Not wrong, for a circle is harmless while
 * everything runs; but someone should know before the first black start.
 */

export interface StartNeed {
  readonly from: readonly string[]
  /** How many of them must be up; all when left out. */
  readonly k?: number | undefined
  readonly when: string
  /** How long what was had of the supplier before goes on to serve, s, and whether that survives a restart. */
  readonly hold: number
  readonly kept: string
}

interface Starting {
  readonly needs?: Readonly<Record<string, StartNeed>>
}

/**
 * Groups of services that wait for each other when all are down, each in the order given, the first found first. Three things
 * break a circle: enough other suppliers, a held copy on disk, and somebody who puts in by hand what a service lacks (`helped`).
 */
export function startCycles(
  services: Readonly<Record<string, Starting>>,
  helped: ReadonlySet<string> = new Set(),
): { readonly members: readonly string[]; readonly need: string }[] {
  const ids = Object.keys(services)
  const strict = (id: string): [name: string, need: StartNeed][] =>
    Object.entries(services[id].needs ?? {}).filter(
      ([, { when, hold, kept }]) => when === 'start' && !(hold > 0 && kept === 'disk'),
    )
  // Those who can never start: all, less those who lack nothing but what can.
  const stuck = new Set(ids.filter(id => !helped.has(id)))
  const isLacking = ({ from, k = from.length }: StartNeed): boolean => from.filter(one => !stuck.has(one)).length < k
  const lacks = (id: string): [name: string, need: StartNeed][] => strict(id).filter(([, need]) => isLacking(need))
  for (let before = -1; before !== stuck.size; ) {
    before = stuck.size
    for (const id of [...stuck]) if (lacks(id).length === 0) stuck.delete(id)
  }
  const waiting = ids.filter(id => stuck.has(id))
  const suppliers = (need: StartNeed): string[] => need.from.filter(one => stuck.has(one))
  const waitsFor = new Map(waiting.map(id => [id, lacks(id).flatMap(([, need]) => suppliers(need))] as const))
  return components(waiting, waitsFor)
    .filter(group => group.length > 1 || waitsFor.get(group[0])?.includes(group[0]) === true)
    .map(members => ({
      members,
      need: lacks(members[0]).find(([, need]) => suppliers(need).some(one => members.includes(one)))?.[0] ?? '',
    }))
}

/** Strongly connected components, without recursion: files come from strangers. Source: Tarjan (1972). */
export function components(ids: readonly string[], edges: ReadonlyMap<string, readonly string[]>): string[][] {
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
