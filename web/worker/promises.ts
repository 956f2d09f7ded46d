/** What agreements would give back for a run, and how its services are copied over zones. */
import type { RunOutcome } from '../../sim/experiment/run.ts'
import { type Answer, measure, type Question } from '../../sim/metrics/measure.ts'
import { slaCredit } from '../../sim/metrics/sla-credit.ts'
import { isRunning, type RunningService, type Scenario } from '../../sim/scenario/schema.ts'
import { profileNamed } from '../../sim/sla/profiles.ts'
import type { CopiesReport, CreditReport } from './protocol.ts'

/** Of every month, days. */
const DAYS = 30

/** The agreements that speak of a service: of its region and of each instance, or of a database as a whole. */
function profilesOf(service: RunningService): string[] {
  if (service.kind === 'database') return [service.standby === undefined ? 'rds-single' : 'rds-multi-az']
  return service.kind === 'service' && service.instances !== undefined ? ['ec2-region', 'ec2-instance'] : []
}

/** What each agreement comes to, with the rest of the month up: what clients ask comes first. */
export function creditsOf({ services, clients, run }: Scenario, { recording, world }: RunOutcome): CreditReport[] {
  const evidence = { ...recording, world }
  const called = new Set(Object.values(clients).flatMap(client => ('to' in client ? [client.to] : [])))
  const ids = Object.keys(services)
  return [...ids.filter(id => called.has(id)), ...ids.filter(id => !called.has(id))].flatMap(id => {
    const service = services[id]
    if (!isRunning(service)) return []
    return profilesOf(service).flatMap((name): CreditReport[] => {
      const profile = profileNamed(name)
      const asks = (take: 'credit' | 'uptime'): Answer => {
        const question = { of: id, profile: name, days: DAYS, take }
        return measure(evidence, slaCredit, question as Question, run)
      }
      const { value: credit, because } = asks('credit')
      const { value: uptime } = asks('uptime')
      if (profile === undefined || credit === null || uptime === null) return []
      const { scope, product, tiers } = profile
      return [
        { service: id, scope, product, promise: tiers[0].below / 100, days: DAYS, uptime, credit, because: because ?? null },
      ]
    })
  })
}

/** How the services that clients ask are copied: over how many zones, and how many of these carry the peak. */
export function copiesOf({ services, clients, world }: Scenario): CopiesReport[] {
  if (world.regions.length !== 1) return []
  const zones = world.regions[0].zones.length
  return Object.keys(services).flatMap((id): CopiesReport[] => {
    const service = services[id]
    if (service.kind !== 'service' || service.instances === undefined || service.place !== undefined) return []
    const peak = Object.values(clients).reduce((sum, client) => {
      if (!('to' in client) || client.to !== id) return sum
      const { rate } = client
      return sum + (rate.kind === 'diurnal' ? rate.mean * rate.peak : rate.rate)
    }, 0)
    const needed = Math.ceil(peak / (Math.floor(service.instances / zones) * service.capacity))
    return peak > 0 && needed <= zones ? [{ service: id, zones, needed }] : []
  })
}
