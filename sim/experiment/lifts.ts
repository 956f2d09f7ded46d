/**
 * Limits lifted: the same scenario in which one thing that can hold a recovery up does so no longer. What has places at many
 * sites is lifted at all of them: boot slots are a way of working, not a data centre's own.
 */
import { TICK } from '../engine/time.ts'
import { BUCKET_NAMES } from '../scenario/buckets.ts'
import {
  type Client,
  type DatacentreSpec,
  isRunning,
  type Plan,
  type RunningService,
  type Scenario,
  type Service,
} from '../scenario/schema.ts'
import type { Limit } from '../trace/limits.ts'
import type { Law } from '../units/law.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'

type Lift = (scenario: Scenario, owner: string) => Scenario

const AT_ONCE: Law = { kind: 'constant', value: 0 }
/** A store so large that no run empties it. */
const ENDLESS: Seconds = 1e9
/** So much of the room is free that nobody ever finds none: all volumes could be copied ten times over. */
const AMPLE: Ratio = 0.95
/** So fast that nothing takes a step of the clock, B/s. */
const ENDLESS_SPEED = 1e30

/** How each limit is lifted; `owner` is the id of the service, crew or plan that has it. What is not here is no limit to lift. */
const LIFTS: Readonly<Partial<Record<Limit, Lift>>> = {
  energising: inPower(power => ({ ...power, distribution: { ...power.distribution, inrushLimit: Infinity } })),
  'boot-slots': inDatacentres(datacentre => ({ ...datacentre, bootSlots: Infinity })),
  boot: inDatacentres(({ machine, ...datacentre }) => ({ ...datacentre, machine: { ...machine, boot: AT_ONCE } })),
  fabric: inDatacentres(({ fabric, ...datacentre }) =>
    fabric === undefined
      ? datacentre
      : {
          ...datacentre,
          fabric: {
            ...fabric,
            switch: { ...fabric.switch, boot: AT_ONCE },
            aggregation: { ...fabric.aggregation, boot: AT_ONCE },
          },
        },
  ),
  image: inDatacentres(datacentre => ({ ...datacentre, image: { ...datacentre.image, size: 0 } })),
  repair: inDatacentres(({ machine, ...datacentre }) => ({ ...datacentre, machine: { ...machine, repair: AT_ONCE } })),
  'network-card': inDatacentres(withCardsAtOnce),
  'volume-card': inDatacentres(withCardsAtOnce),
  'disk-card': inDatacentres(withCardsAtOnce),
  'control-card': inDatacentres(withCardsAtOnce),
  firmware: scenario => withDeeds(scenario, 'firmware-update', { pause: AT_ONCE }),
  restarts: inDatacentres(datacentre => ({ ...datacentre, restartRate: Infinity })),
  ups: inPower(power => ({ ...power, ups: { ...power.ups, store: ENDLESS } })),
  confirmation: inPower(power => ({ ...power, transfer: { ...power.transfer, confirm: 0 } })),
  transfer: inPower(power => ({ ...power, transfer: { ...power.transfer, takes: 0 } })),
  retransfer: inPower(power => ({ ...power, transfer: { ...power.transfer, retransfer: 0 } })),
  generators: inPower(power => ({
    ...power,
    generators: { ...power.generators, start: { ...power.generators.start, delay: 0 } },
  })),
  chillers: inDatacentres(({ cooling, ...datacentre }) => ({
    ...datacentre,
    cooling: {
      ...cooling,
      chillers: { ...cooling.chillers, start: { ...cooling.chillers.start, delay: 0 } },
      restart: { ...cooling.restart, takes: AT_ONCE },
    },
  })),
  'restart-temperature': inDatacentres(({ cooling, ...datacentre }) => ({
    ...datacentre,
    cooling: { ...cooling, restart: { ...cooling.restart, below: 1 } },
  })),
  'host-care': (scenario, owner) => withPlans(scenario, (plan, id) => (id === owner ? { ...plan, sees: AT_ONCE } : plan)),
  migration: scenario =>
    withPlans(scenario, plan => (plan.kind === 'host-care' ? { ...plan, bandwidth: ENDLESS_SPEED, dirty: 0 } : plan)),
  launches: scenario =>
    inServices(scenario, service =>
      service.kind === 'control-plane'
        ? { ...service, api: { ...service.api, takes: AT_ONCE, rate: undefined, 'removes-dead': 0 } }
        : service,
    ),
  start: inRunning(service => ({ ...service, 'starts-in': AT_ONCE })),
  reading: inRunning(service => ({ ...service, 'starts-in': AT_ONCE })),
  'health-checks': inRunning(service => withoutProbing(service, { healthy: 1 })),
  'failure-detection': inRunning(service => withoutProbing(service, { unhealthy: 1 })),
  'primary-detection': inService(service =>
    service.kind === 'database' ? { ...service, failover: { ...service.failover, detect: 0 } } : service,
  ),
  promotion: inService(service =>
    service.kind === 'database' ? { ...service, failover: { ...service.failover, promote: AT_ONCE } } : service,
  ),
  'log-replay': inService(service => (service.kind === 'database' ? { ...service, replay: AT_ONCE } : service)),
  volumes: inService(service =>
    service.kind === 'volumes'
      ? { ...service, check: ENDLESS_SPEED, repair: { ...service.repair, bandwidth: ENDLESS_SPEED } }
      : service,
  ),
  leases: inRunning(withLeasesAtOnce),
  room: inService(service => (service.kind === 'volumes' ? { ...service, spare: AMPLE } : service)),
  crew: inService(service => (service.kind === 'crew' ? { ...service, servers: Infinity } : service)),
  travel: (scenario, owner) =>
    withoutOwnTravel(
      inServices(scenario, (service, id) =>
        id === owner && service.kind === 'crew' ? { ...service, travel: AT_ONCE } : service,
      ),
    ),
  hands: (scenario, owner) =>
    withoutOwnTimes(
      inServices(scenario, (service, id) =>
        id === owner && service.kind === 'crew' ? { ...service, takes: AT_ONCE } : service,
      ),
      owner,
    ),
  burst: inRunning(service => ({ ...service, buckets: endless(service.buckets) })),
  cache: (scenario, owner) => ({
    ...scenario,
    clients: Object.fromEntries(
      Object.entries(scenario.clients).map(([id, client]) => [id, id === owner ? withoutFilling(client) : client]),
    ),
  }),
  blindness: (scenario, owner) => ({
    ...scenario,
    plans: { ...scenario.plans, [owner]: { ...scenario.plans[owner], sees: undefined } },
  }),
  'stop-rule': withStopAtOnce,
  autoscaler: (scenario, owner) => ({
    ...scenario,
    plans: { ...scenario.plans, [owner]: { ...scenario.plans[owner], every: 1, lag: 0 } },
  }),
}

/** The scenario without a limit, everything else and all chance as before; undefined when it cannot be lifted. */
export function lifted(scenario: Scenario, limit: Limit, owner: string): Scenario | undefined {
  return LIFTS[limit]?.(scenario, owner)
}

function inDatacentres(change: (datacentre: DatacentreSpec) => DatacentreSpec): Lift {
  return scenario => ({
    ...scenario,
    world: {
      regions: scenario.world.regions.map(region => ({
        ...region,
        zones: region.zones.map(zone => ({ ...zone, datacentres: zone.datacentres.map(change) })),
      })),
    },
  })
}

/** A card that fails is replaced at once. */
function withCardsAtOnce({ machine, ...datacentre }: DatacentreSpec): DatacentreSpec {
  return { ...datacentre, machine: { ...machine, cardRepair: AT_ONCE } }
}

function inPower(change: (power: DatacentreSpec['power']) => DatacentreSpec['power']): Lift {
  return inDatacentres(datacentre => ({ ...datacentre, power: change(datacentre.power) }))
}

function inServices(scenario: Scenario, change: (service: Service, id: string) => Service): Scenario {
  const services = Object.entries(scenario.services).map(([id, service]) => [id, change(service, id)] as const)
  return { ...scenario, services: Object.fromEntries(services) }
}

function inService(change: (service: Service) => Service): Lift {
  return (scenario, owner) => inServices(scenario, (service, id) => (id === owner ? change(service) : service))
}

function inRunning(change: (service: RunningService) => RunningService): Lift {
  return inService(service => (isRunning(service) ? change(service) : service))
}

function withPlans(scenario: Scenario, change: (plan: Plan, id: string) => Plan): Scenario {
  const plans = Object.entries(scenario.plans).map(([id, plan]) => [id, change(plan, id)] as const)
  return { ...scenario, plans: Object.fromEntries(plans) }
}

/** One answer fills it. */
function withoutFilling(client: Client): Client {
  return 'cache' in client && client.cache !== undefined ? { ...client, cache: { ...client.cache, items: 1 } } : client
}

/** Renewing its leases is no work for anybody. */
function withLeasesAtOnce(service: RunningService): RunningService {
  const needs = Object.entries(service.needs).map(([name, need]) => {
    const { refresh } = need
    return [name, refresh === undefined ? need : { ...need, refresh: { ...refresh, cost: AT_ONCE } }] as const
  })
  return { ...service, needs: Object.fromEntries(needs) }
}

/** Whatever may be used for a while may be used for ever. */
function endless(buckets: RunningService['buckets'] = {}): RunningService['buckets'] {
  return Object.fromEntries(BUCKET_NAMES.map(name => [name, { ...buckets[name], start: 1, burst: Infinity }]))
}

/** What happens to an instance is known at once; where probes fail by chance, with the first that does or does not. */
function withoutProbing(service: RunningService, first: Partial<RunningService['health']>): RunningService {
  const { health } = service
  const atOnce = { every: TICK, unhealthy: 1, healthy: 1, timeout: 0 }
  return { ...service, health: { ...health, ...(health.sees === 'everything' ? first : atOnce) } }
}

/** Steps of runbooks and repairs of faults say how long a crew needs for them: no time. */
function withoutOwnTimes(scenario: Scenario, crew: string): Scenario {
  const plans = Object.entries(scenario.plans).map(([id, plan]) => {
    if (plan.via !== crew || plan.kind !== 'runbook') return [id, plan] as const
    const steps = Object.entries(plan.steps as Readonly<Record<string, object>>)
    return [
      id,
      {
        ...plan,
        ...(plan.rollback !== undefined && { rollback: AT_ONCE }),
        steps: Object.fromEntries(steps.map(([name, step]) => [name, { ...step, takes: AT_ONCE }])),
      },
    ] as const
  })
  const faults = Object.entries(scenario.faults).map(
    ([id, fault]) => [id, fault.via === crew && fault.lasts !== undefined ? { ...fault, lasts: AT_ONCE } : fault] as const,
  )
  return { ...scenario, plans: Object.fromEntries(plans), faults: Object.fromEntries(faults) }
}

/** What should stop a plan is noticed when it happens. */
function withStopAtOnce(scenario: Scenario, owner: string): Scenario {
  const plan = scenario.plans[owner]
  return { ...scenario, plans: { ...scenario.plans, [owner]: { ...plan, stop: { ...(plan.stop as object), delay: 0 } } } }
}

/** Who is called in has the way of their crew. */
function withoutOwnTravel(scenario: Scenario): Scenario {
  return withDeeds(scenario, 'crew-grow', { travel: undefined })
}

/** Faults of a kind, and steps of runbooks, with other values. */
function withDeeds(scenario: Scenario, kind: string, values: object): Scenario {
  const own = <Deed extends object>(deed: Deed): Deed => ('kind' in deed && deed.kind === kind ? { ...deed, ...values } : deed)
  const plans = Object.entries(scenario.plans).map(([id, plan]) => {
    if (plan.kind !== 'runbook') return [id, plan] as const
    const steps = Object.entries(plan.steps as Readonly<Record<string, object>>).map(([name, step]) => [name, own(step)])
    return [id, { ...plan, steps: Object.fromEntries(steps) }] as const
  })
  const faults = Object.entries(scenario.faults).map(([id, fault]) => [id, own(fault)] as const)
  return { ...scenario, plans: Object.fromEntries(plans), faults: Object.fromEntries(faults) }
}
