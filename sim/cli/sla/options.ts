/** Options of `blackstart sla`, each with what it does. */
export const SLA_OPTIONS = {
  down: { type: 'string', value: 'TIME', help: 'time down in the month' },
  errors: { type: 'string', value: 'SHARE', help: 'share of requests that failed meanwhile; 100% without it' },
  month: { type: 'string', value: 'YYYY-MM', help: 'the calendar month of the bill' },
  days: { type: 'string', value: 'N', help: 'length of the month; 30 without it' },
  bill: { type: 'string', value: 'MONEY', help: 'the month’s bill of the service' },
  'loss-per-hour': { type: 'string', value: 'MONEY', help: 'what an hour down costs you' },
  life: { type: 'string', value: 'TIME', help: 'mean time up between failures' },
  repair: { type: 'string', value: 'TIME', help: 'mean time down' },
  crews: { type: 'string', value: 'N', help: 'repairs at once; one for each part without it' },
  failover: { type: 'string', value: 'TIME', help: 'mean time to switch to the standby' },
  coverage: { type: 'string', value: 'SHARE', help: 'share of failures that are noticed; 100% without it' },
  manual: { type: 'string', value: 'TIME', help: 'mean time to switch by hand when one was not' },
  beta: { type: 'string', value: 'SHARE', help: 'share of the failures of one that strike all alike' },
  zone: { type: 'string', value: 'SHARE', help: 'availability in one zone; 99% without it' },
  zones: { type: 'string', value: 'N', help: 'zones of a region; 3 without it' },
  needed: { type: 'string', value: 'N', help: 'how many of them carry the whole load' },
  window: { type: 'string', value: 'TIME', help: 'what a budget is for; 30d without it' },
  burn: { type: 'string', value: 'RATE', help: 'how many times faster than evenly the budget is spent' },
  for: { type: 'string', value: 'TIME', help: 'for how long' },
  slices: { type: 'string', value: 'GOOD/ALL,…', help: 'requests of equal stretches of time' },
  'slice-target': { type: 'string', value: 'SHARE', help: 'share at which a slice is good; the target without it' },
  stages: { type: 'string', value: 'N', help: 'stages that look at a change; as many as there are waves without it' },
  detect: { type: 'string', value: 'SHARE', help: 'chance that a stage notices a mistake; 80% without it' },
  vcpu: { type: 'string', value: 'N', help: 'virtual processors of all instances' },
  host: { type: 'string', value: 'N', help: 'virtual processors of a host' },
  overhead: { type: 'string', value: 'SHARE', help: 'share of a host that goes to virtualisation; 30% without it' },
  load: { type: 'string', value: 'SHARE', help: 'how busy a host without the overhead is; 60% without it' },
  memory: { type: 'string', value: 'SIZE', help: 'memory of an instance that moves' },
  bandwidth: { type: 'string', value: 'BANDWIDTH', help: 'what it is copied at' },
  dirty: { type: 'string', value: 'BANDWIDTH', help: 'memory that it writes to meanwhile; nothing without it' },
  pause: { type: 'string', value: 'TIME', help: 'the longest that it may stand still at the end; 300ms without it' },
  to: {
    type: 'string',
    value: 'serve|start',
    help: 'what the service is to do: serve on, or start from dark; serve without it',
  },
  among: { type: 'string', value: 'KINDS', help: 'kinds of things that may fail, such as zone,feed,service' },
  order: { type: 'string', value: 'N', help: 'most things that fail together; 3 without it' },
} as const

export type SlaOption = keyof typeof SLA_OPTIONS

export const SLA_OPTION_NAMES = Object.keys(SLA_OPTIONS) as SlaOption[]

/** The options of `sla` among parsed ones. */
export function slaOptions(values: Readonly<Record<string, unknown>>): Partial<Record<SlaOption, string>> {
  const given: Partial<Record<SlaOption, string>> = {}
  for (const name of SLA_OPTION_NAMES) {
    const value = values[name]
    if (typeof value === 'string') given[name] = value
  }
  return given
}
