/**
 * The world of a scenario: regions ⊃ zones ⊃ data centres, with attributes that are inherited downwards. Turns what is written
 * into one explicit tree.
 */
import { z } from 'zod'
import type { FabricSpec } from '../models/fabric.ts'
import type { MachineSpec } from '../models/machine.ts'
import type { DatacentrePlan, RegionPlan } from '../models/places.ts'
import type { PowerSpec } from '../models/power/power.ts'
import { naturalOrder } from '../trace/entities.ts'
import { bandwidth, bytes, count, duration, idKey, oneOf, rate, ratio } from '../units/fields.ts'
import { coolingShape } from './cooling.ts'
import { fabricDefaults, fabricSchema } from './fabric.ts'
import { namesOf } from './feeds.ts'
import { ioDemand, type Machine, machineSpec } from './machines.ts'
import { type NetworkControl, networkSchema } from './needs.ts'
import { powerShape } from './power.ts'

/** Attributes that a region, a zone or a data centre may state; what is not stated comes from above. */
const inheritedShape = {
  racks: count({
    default: 20,
    min: 1,
    max: 100_000,
    source: 'assumed',
    about: { en: 'racks in a data centre, r1 to rN', zh: '每个数据中心的机架数' },
  }),
  hosts: count({
    default: 20,
    min: 1,
    max: 10_000,
    source: 'assumed',
    about: { en: 'hosts in a rack, h1 to hN', zh: '每个机架的主机数' },
  }),
  machine: oneOfMachines(),
  tenants: count({
    default: 30,
    max: 10_000,
    source: 'assumed: small instances that take two thirds of a host',
    about: { en: 'other customers’ instances on each host', zh: '每台主机上其他客户的实例数' },
  }),
  'tenant-io': ioDemand('each of other customers’ instances', '其他客户的每个实例').prefault({}),
  ready: ratio({
    default: 0.95,
    source: 'assumed',
    about: { en: 'share of a place’s hosts up at which the place counts as ready', zh: '场所视为就绪的在线主机比例' },
  }),
  begin: oneOf(['up', 'dark'], {
    default: 'up',
    source: 'a running cloud',
    about: { en: 'whether everything here runs when the run begins', zh: '开始时是否在运行' },
  }),
  boot: z
    .strictObject({
      slots: count({
        default: 120,
        min: 1,
        source: 'assumed: fitted to no incident',
        about: { en: 'hosts of a data centre that may boot at once', zh: '同时启动的主机数' },
      }),
      image: z
        .strictObject({
          size: bytes({
            default: 0,
            source: 'hosts boot from their own disks, unless said so',
            about: { en: 'what a host copies before it is up', zh: '主机启动前需复制的镜像大小' },
          }),
          bandwidth: bandwidth({
            isPositive: true,
            default: 12.5e9,
            source: 'assumed: one server on a network of 100 Gb/s',
            about: {
              en: 'what the image server of a data centre gives, first come, first served',
              zh: '数据中心镜像服务器的带宽，先到先得',
            },
          }),
        })
        .prefault({}),
      restart: rate({
        isPositive: true,
        default: 200 / 60,
        source: 'assumed: fitted to no incident',
        about: { en: 'instances of a data centre restarted per time', zh: '实例重启速率' },
      }),
    })
    .prefault({}),
  fabric: fabricSchema.optional(),
  power: z.strictObject(powerShape).prefault({}),
  cooling: z.strictObject(coolingShape).prefault({}),
}

function oneOfMachines() {
  return z.string().default('nitro').meta({ description: 'profile, from `machines`' })
}

/** The same shape with nothing filled in: what is not stated is inherited. */
function withoutDefaults<Shape extends z.ZodRawShape>(shape: Shape): z.ZodRawShape {
  const bare: Record<string, z.ZodType> = {}
  for (const key of Object.keys(shape)) {
    const schema = shape[key] as z.ZodType
    if (schema instanceof z.ZodPrefault) {
      bare[key] = z.strictObject(withoutDefaults((schema.unwrap() as z.ZodObject).shape)).optional()
    } else if (schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodObject) {
      bare[key] = z.strictObject(withoutDefaults((schema.unwrap() as z.ZodObject).shape)).optional()
    } else if (schema instanceof z.ZodDefault) bare[key] = (schema.unwrap() as z.ZodType).optional()
    else bare[key] = schema
  }
  return bare
}

const stated = withoutDefaults(inheritedShape)

const datacentreSchema = z.strictObject(stated)
/** Names with attributes, at least one. */
function someOf<Value extends z.ZodType>(schema: Value) {
  return z.record(idKey, schema).check(({ value, issues }) => {
    if (Object.keys(value).length === 0) issues.push({ code: 'too_small', origin: 'map', minimum: 1, input: value })
  })
}

const datacentresSchema = z.union([count({ min: 1, max: 1000 }), someOf(datacentreSchema)])
const zoneSchema = z.strictObject({ ...stated, datacentres: datacentresSchema.optional() })
const zoneNames = z
  .array(idKey)
  .min(1)
  .refine(names => new Set(names).size === names.length, 'two zones have the same name')
const zonesSchema = z.union([zoneNames, someOf(zoneSchema)])
const regionSchema = z.strictObject({
  ...inheritedShape,
  zones: zonesSchema.default(['a', 'b', 'c']).meta({ description: 'names, or a map from names to attributes' }),
  datacentres: datacentresSchema
    .default(1)
    .meta({ description: 'how many in each zone (dc1, dc2 …), or a map from names to attributes' }),
  'zone-latency': duration({
    default: 0.001,
    source: 'zones of a region are single-digit milliseconds apart, round trip (provider’s talk)',
    about: { en: 'between two zones, one way', zh: '可用区之间的单向延迟' },
  }),
  network: networkSchema
    .optional()
    .meta({ description: 'what its links need to carry anything: a control plane, without which they last for `hold`' }),
})

/** Regions by name, as written. */
export const worldSchema = z.record(idKey, regionSchema)

type Attributes = Pick<z.output<typeof regionSchema>, keyof typeof inheritedShape>

/** A data centre with everything it inherits. */
export interface DatacentreSpec extends DatacentrePlan {
  readonly machine: MachineSpec & { readonly hold: number }
  /** The shared feed that is its utility, or one for each line-up; none when it has a utility of its own. */
  readonly feeds: readonly string[]
  readonly power: PowerSpec
}

/** A region as one explicit tree; zones and data centres in natural order of their names. */
export interface RegionSpec extends RegionPlan {
  readonly network?: NetworkControl | undefined
  readonly zones: readonly { readonly name: string; readonly ready: number; readonly datacentres: readonly DatacentreSpec[] }[]
}

export interface WorldSpec {
  readonly regions: readonly RegionSpec[]
}

/** How many zones and data centres a world has, counted without making them: a short text can ask for millions. */
export function sizeOf(world: z.output<typeof worldSchema>): { zones: number; datacentres: number } {
  let zones = 0
  let datacentres = 0
  const count = (given: z.output<typeof datacentresSchema>): number =>
    typeof given === 'number' ? given : Object.keys(given).length
  for (const region of Object.values(world)) {
    const zoneList: object[] = Array.isArray(region.zones) ? region.zones.map(() => ({})) : Object.values(region.zones)
    zones += zoneList.length
    for (const zone of zoneList) {
      const { datacentres: own } = zone as { datacentres?: z.output<typeof datacentresSchema> }
      datacentres += count(own ?? region.datacentres)
    }
  }
  return { zones, datacentres }
}

/** The explicit tree of a world. A machine that is not among `machines` gets `fallback`; the loader has reported it. */
export function resolveWorld(
  world: z.output<typeof worldSchema>,
  machines: Readonly<Record<string, Machine>>,
  fallback: Machine,
): WorldSpec {
  const regions = sortedEntries(world).map(([name, region]) => {
    const { zones, datacentres, network, 'zone-latency': zoneLatency, ...attributes } = region
    const zoneMap = Array.isArray(zones) ? Object.fromEntries(zones.map(zone => [zone, {}])) : zones
    return {
      name,
      ready: region.ready,
      zoneLatency,
      network,
      zones: sortedEntries(zoneMap).map(([zoneName, given]) => {
        const { datacentres: own, ...zone } = given as { datacentres?: z.output<typeof datacentresSchema> }
        const inherited = merged(attributes, zone) as Attributes
        return {
          name: zoneName,
          ready: inherited.ready,
          datacentres: sortedEntries(datacentreMap(own ?? datacentres)).map(([datacentreName, datacentre]) =>
            datacentreSpec(datacentreName, merged(inherited, datacentre) as Attributes),
          ),
        }
      }),
    }
  })
  return { regions }

  function datacentreSpec(name: string, attributes: Attributes): DatacentreSpec {
    const { racks, hosts, tenants, ready, begin, boot, fabric, power, cooling } = attributes
    const { from, distribution, ...chain } = power
    return {
      name,
      feeds: namesOf(from),
      racks,
      hosts,
      machine: machineSpec(
        attributes.machine,
        Object.hasOwn(machines, attributes.machine) ? machines[attributes.machine] : fallback,
      ),
      tenants,
      tenantIo: attributes['tenant-io'],
      bootSlots: boot.slots,
      image: boot.image,
      fabric: fabric === undefined ? undefined : (merged(fabricDefaults, fabric) as FabricSpec),
      restartRate: boot.restart,
      ready,
      begin,
      power: {
        ...chain,
        distribution: {
          inrushLimit: distribution['inrush-limit'],
          inrushFactor: distribution['inrush-factor'],
          every: distribution.every,
        },
      },
      cooling: {
        ...cooling,
        chillers: { ...cooling.chillers, running: cooling.chillers.running ?? cooling.chillers.units },
        restart: {
          by: cooling.restart.by,
          takes: cooling.restart.takes,
          atOnce: cooling.restart['at-once'],
          below: cooling.restart.below,
        },
      },
    }
  }
}

function datacentreMap(given: z.output<typeof datacentresSchema>): Readonly<Record<string, object>> {
  if (typeof given !== 'number') return given
  return Object.fromEntries(Array.from({ length: given }, (_, i) => [`dc${i + 1}`, {}]))
}

function sortedEntries<Value>(map: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.keys(map)
    .sort(naturalOrder)
    .map(key => [key, map[key]])
}

/** Laws are replaced as a whole: they have a `kind` of their own. */
function merged(under: object, over: object): object {
  const result: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue
    const below = result[key]
    result[key] = isMap(value) && isMap(below) && !('kind' in value) ? merged(below, value) : value
  }
  return result
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
