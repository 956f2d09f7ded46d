/** All metrics, by name. */
import { availability } from './availability.ts'
import { backlog } from './backlog.ts'
import { count } from './count.ts'
import { deadlock } from './deadlock.ts'
import type { Metric } from './define.ts'
import { downtime } from './downtime.ts'
import { drainTime } from './drain-time.ts'
import { errorRate } from './error-rate.ts'
import { firmwareShare } from './firmware-share.ts'
import { goodput } from './goodput.ts'
import { goodputShare } from './goodput-share.ts'
import { hostsPowered } from './hosts-powered.ts'
import { hostsUsed } from './hosts-used.ts'
import { instanceDowntime } from './instance-downtime.ts'
import { instancesReady } from './instances-ready.ts'
import { latency } from './latency.ts'
import { lostVolumes } from './lost-volumes.ts'
import { lostWrites } from './lost-writes.ts'
import { metastable } from './metastable.ts'
import { order } from './order.ts'
import { outage } from './outage.ts'
import { price } from './price.ts'
import { queueAge } from './queue-age.ts'
import { recoveryTime } from './recovery-time.ts'
import { slaCredit } from './sla-credit.ts'
import { staticStability } from './static-stability.ts'
import { timeOf } from './time-of.ts'
import { timeTo } from './time-to.ts'
import { volumesIn } from './volumes-in.ts'
import { volumesReady } from './volumes-ready.ts'

export const metrics: readonly Metric[] = [
  availability,
  backlog,
  count,
  deadlock,
  downtime,
  drainTime,
  errorRate,
  firmwareShare,
  goodput,
  goodputShare,
  hostsPowered,
  hostsUsed,
  instanceDowntime,
  instancesReady,
  latency,
  lostVolumes,
  lostWrites,
  metastable,
  order,
  outage,
  queueAge,
  price,
  recoveryTime,
  slaCredit,
  staticStability,
  timeOf,
  timeTo,
  volumesIn,
  volumesReady,
]

/** The metric with this name, if there is one. */
export function metricNamed(name: string): Metric | undefined {
  return metrics.find(metric => metric.name === name)
}
