/** The states a thing can be in, in the order legends and stacked areas show them. Words are in `words/`, colours in `page.css`. */
export const STATES = [
  'up',
  'restoring',
  'booting',
  'waiting',
  'dark',
  'cut',
  'shut',
  'stuck',
  'down',
  'lost',
  'degraded',
  'overloaded',
  'metastable',
  'closed',
  'holding',
  'generating',
  'standby',
  'active',
  'over',
  'absent',
] as const
export type StateName = (typeof STATES)[number]

/** States that hosts can be in: a prefix of all states. */
export const HOST_STATE_COUNT = 11

/** Number of a state, by name. */
export const STATE = Object.fromEntries(STATES.map((name, number) => [name, number])) as Record<StateName, number>
