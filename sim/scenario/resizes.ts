/** Moves to other instance types that a file asks for: as faults, or as steps of runbooks. */
import { DRIVERS, type InstanceType, instanceType } from '../models/instance-types.ts'
import type { Finding } from './issues.ts'
import type { RunningService, Scenario } from './schema.ts'
import { isRunning } from './services.ts'

interface Resize {
  readonly path: readonly string[]
  readonly type: InstanceType
  /** The services it names; all when it names none. */
  readonly services: readonly string[] | undefined
}

/** Every move in a file, wherever it is written. */
export function resizesOf({ faults, plans }: Pick<Scenario, 'faults' | 'plans'>): Resize[] {
  const steps = Object.entries(plans).flatMap(([id, { steps = {} }]) =>
    Object.entries(steps as Readonly<Record<string, Deed>>).map(
      ([step, deed]) => [['plans', id, 'steps', step], deed] as const,
    ),
  )
  const deeds = [...Object.entries(faults).map(([id, fault]) => [['faults', id], fault as Deed] as const), ...steps]
  return deeds.flatMap(([path, { kind, size, target }]) =>
    kind !== 'resize'
      ? []
      : [
          {
            path,
            type: instanceType(String(size)),
            services: target?.service === undefined ? undefined : [target.service].flat(),
          },
        ],
  )
}

interface Deed {
  readonly kind?: unknown
  readonly size?: unknown
  readonly target?: { readonly service?: string | readonly string[] | undefined }
}

/** The types that instances of a service may come to be, the one that is written first. */
export function typesOf(scenario: Pick<Scenario, 'faults' | 'plans'>, id: string, { size }: RunningService): InstanceType[] {
  const meant = resizesOf(scenario).filter(({ services }) => services === undefined || services.includes(id))
  return [...new Set([instanceType(size), ...meant.map(({ type }) => type)])]
}

const NAMES = { x86: 'x86', arm: 'Arm' } as const

/** Sizes that none of the images of their service could start as, and those that no host is large enough for. */
export function checkResizes(scenario: Scenario, largest: number): Finding[] {
  const findings: Finding[] = []
  const lacking = (service: RunningService, { drivers }: InstanceType, least: number) =>
    DRIVERS.find(driver => drivers.includes(driver) && (service.image?.drivers[driver] ?? 1) <= least)
  const running = Object.entries(scenario.services).flatMap(([id, service]) => (isRunning(service) ? [{ id, service }] : []))
  for (const { id, service } of running) {
    const type = instanceType(service.size)
    const driver = DRIVERS.find(one => type.drivers.includes(one) && (service.image?.drivers[one] ?? 1) < 1)
    if (driver === undefined) continue
    const message = `${type.name} needs a driver, ${driver}, that images lack: its instances would never have started`
    findings.push({ path: ['services', id, 'image', 'drivers'], message, hint: 'an older `size`, such as c4.large' })
  }
  for (const { path, type, services } of resizesOf(scenario)) {
    if (type.cpu > largest) {
      const message = `${type.name} has ${type.cpu} processors, and no host more than ${largest}`
      findings.push({ path: [...path, 'size'], message, hint: 'a smaller size, or a larger machine' })
    }
    for (const { id, service } of running) {
      if (services?.includes(id) === false) continue
      const { architecture } = instanceType(service.size)
      if (type.architecture !== architecture) {
        const message = `images of ${id} are built for ${NAMES[architecture]}, and ${type.name} is ${NAMES[type.architecture]}`
        findings.push({ path: [...path, 'size'], message, hint: 'a variant in which it is of that `size` from the start' })
        continue
      }
      const driver = lacking(service, type, 0)
      if (driver === undefined) continue
      const message = `no image of ${id} has a driver, ${driver}, that ${type.name} needs: none would start`
      findings.push({ path: [...path, 'size'], message, hint: `services.${id}.image: {drivers: {${driver}: 50%}}` })
    }
  }
  return findings
}
