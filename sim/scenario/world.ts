/**
 * The world of a scenario: regions ⊃ zones ⊃ data centres, with attributes that are inherited downwards, and the machines in
 * them. Turns what is written into one explicit tree.
 */
import { z } from 'zod'
import type { FabricSpec } from '../models/fabric.ts'
import { IO_PATHS, type MachineSpec } from '../models/machine.ts'
import type { DatacentrePlan, RegionPlan } from '../models/places.ts'
import type { PowerSpec } from '../models/power/power.ts'
import { naturalOrder } from '../trace/entities.ts'
import {
  bandwidth,
  bytes,
  count,
  duration,
  durationOrForever,
  factor,
  idKey,
  law,
  oneOf,
  rate,
  ratio,
  watts,
} from '../units/fields.ts'
import { cardFields, cardsOf } from './cards.ts'
import { namesOf } from './feeds.ts'
import { type NetworkControl, networkSchema } from './needs.ts'

/** What rounding may take from a processor that is just left. */
const ROUNDING = 1e-9

const lognormal = (mean: number, cv: number) => ({ kind: 'lognormal', mean, cv }) as const

const pathSchema = (takes: number, lanes: number, source: string) =>
  z
    .strictObject({
      by: oneOf(['card', 'domain'], {
        default: 'card',
        source: 'since 2017 network and volumes are on cards of their own (provider’s history)',
        about: {
          en: 'what serves it: a card of its own, or the privileged domain, one line for all tenants and both paths',
          zh: '由谁处理：专用卡，或特权域（所有租户及网络、存储卷共用一个队列）',
        },
      }),
      takes: law({
        default: lognormal(takes, 0.3),
        source,
        about: { en: 'own time of an I/O in the host, waiting not included', zh: '单次 I/O 在主机内的处理时间（不含排队）' },
      }),
      lanes: count({
        default: lanes,
        min: 1,
        max: 1000,
        source,
        about: { en: 'I/Os that a card works on at once', zh: '卡同时处理的 I/O 数' },
      }),
    })
    .prefault({})

/** Where a host serves the I/O of its instances. */
const ioSchema = z
  .strictObject({
    network: pathSchema(20e-6, 8, 'assumed'),
    volume: pathSchema(100e-6, 8, 'assumed, so that a card gives 80 000/s as c5.24xlarge does (instance type tables)'),
    domain: z
      .strictObject({
        processors: count({
          default: 0,
          max: 1000,
          source: 'hardware does it',
          about: {
            en: 'processors of the privileged domain, part of what virtualisation takes; each works on one I/O at a time',
            zh: '特权域的处理器数（计入虚拟化开销），每个同时处理一次 I/O',
          },
        }),
        stalls: z
          .strictObject({
            odds: ratio({
              default: 0,
              source: 'none unless said so',
              about: { en: 'share of its I/Os in which the domain is held up itself', zh: '特权域自身停顿的 I/O 比例' },
            }),
            takes: law({
              default: { kind: 'constant', value: 0.01 },
              source: 'assumed',
              about: { en: 'for how long, on top of the I/O’s own time', zh: '停顿时长（另加于 I/O 自身用时）' },
            }),
          })
          .prefault({}),
      })
      .prefault({}),
  })
  .superRefine(({ domain, ...paths }, context) => {
    for (const path of IO_PATHS) {
      if (paths[path].by === 'card' || domain.processors > 0) continue
      context.addIssue({
        code: 'custom',
        path: [path, 'by'],
        message: 'there is no privileged domain to serve it',
        params: { hint: 'state `domain: {processors: …}`, or by: card' },
      })
    }
  })

/** A machine's profile; the defaults describe a host whose hypervisor is in hardware. */
export const machineSchema = z
  .strictObject({
    cpu: count({
      default: 96,
      min: 1,
      source: 'c5.24xlarge, a whole host: 96 virtual processors (provider’s instance types)',
      about: {
        en: 'virtual processors of the host; instances share those that virtualisation leaves',
        zh: '主机的虚拟处理器数；实例共享虚拟化开销之外的部分',
      },
    }),
    virtualisation: z
      .strictObject({
        cpu: ratio({
          default: 0,
          source: 'hardware does it: about nothing, measured below 1 %; up to 30 % of a Xen host (provider’s history)',
          about: {
            en: 'share of the processors that hypervisor and privileged domain take; instances get what is left, in whole processors',
            zh: '虚拟机管理程序与特权域占用的处理器比例；其余以整数个处理器分给实例',
          },
        }).refine(share => share < 1, 'nothing would be left for instances'),
      })
      .prefault({}),
    power: watts({
      default: 500,
      source: 'assumed: a two-socket server under load',
      about: { en: 'what the host draws', zh: '主机功耗' },
    }),
    hold: duration({
      default: 0.02,
      source: 'ATX and ITIC hold-up time, 10–20 ms (rule of thumb)',
      about: { en: 'how long its supply bridges a sag', zh: '电源可维持的掉电时长' },
    }),
    boot: law({
      default: lognormal(360, 0.5),
      source: 'firmware, network boot and hypervisor: 3–10 min (rule of thumb)',
      about: { en: 'from a boot slot to a running host', zh: '从获得启动名额到主机就绪' },
    }),
    'boot-faults': z
      .strictObject({
        odds: ratio({
          default: 0,
          source: 'a boot that is begun ends well, unless said so',
          about: { en: 'chance that a boot fails at its end', zh: '启动最终失败的概率' },
        }).refine(odds => odds < 1, 'no boot would ever end well'),
        next: oneOf(['again', 'hands'], {
          default: 'again',
          source: 'assumed: firmware tries again',
          about: {
            en: 'what a host does whose boot failed: boot again, at the end of the queue, or wait for hands',
            zh: '启动失败后：排到队尾再次启动，或等待人工处理',
          },
        }),
      })
      .prefault({}),
    io: ioSchema.prefault({}),
    'on-power-return': z
      .strictObject({
        stuck: ratio({
          default: 0.01,
          source: 'assumed',
          about: { en: 'share of hosts that need hands after a loss of power', zh: '断电后需人工处理的主机比例' },
        }),
        lost: ratio({
          default: 0.004,
          source: 'assumed',
          about: { en: 'share of hosts that never come back after a loss of power', zh: '断电后永久损坏的主机比例' },
        }),
      })
      .prefault({}),
    repair: law({
      default: { kind: 'exponential', mean: 28_800 },
      source: 'hardware repair takes 4–24 h (rule of thumb)',
      about: { en: 'until a broken or stuck host is made good, where no crew does it', zh: '无人员处理时损坏主机的修复时间' },
    }),
    ...cardFields,
  })
  .superRefine(({ cpu, virtualisation, io: { domain } }, context) => {
    if (domain.processors <= cpu * virtualisation.cpu + ROUNDING) return
    context.addIssue({
      code: 'custom',
      path: ['io', 'domain', 'processors'],
      message: `${domain.processors} processors of the privileged domain are more than virtualisation takes of ${cpu}`,
      params: { hint: 'raise virtualisation.cpu' },
    })
  })
export type Machine = z.output<typeof machineSchema>

const powerShape = {
  from: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .meta({ description: 'the feed, from `feeds`, that is its utility; a list names one for each line-up' }),
  lineups: z
    .strictObject({
      units: count({
        default: 1,
        min: 1,
        max: 16,
        source: 'assumed: a single path, as tiers I and II have it',
        about: {
          en: 'how many complete chains there are down to the UPS: 2 for 2N',
          zh: '完整供电链（至 UPS）的套数：2N 为 2',
        },
      }),
      needed: count({
        default: 1,
        min: 1,
        source: 'a fault-tolerant site lives on one of two (2N, tier IV)',
        about: {
          en: 'how many must deliver for racks to live; each is made for full load over this',
          zh: '维持机架供电所需套数',
        },
      }),
      beta: ratio({
        default: 0,
        source: 'assumed: line-ups have nothing in common; beta-factor models use 5–10 % (rule of thumb)',
        about: {
          en: 'share of a generator’s failures on demand that strike those of all line-ups together',
          zh: '所有供电链的发电机因同一原因同时失效的比例',
        },
      }),
    })
    .prefault({}),
  utility: z
    .strictObject({
      isolates: durationOrForever({
        default: Infinity,
        source: 'assumed: the breaker towards the utility stays closed',
        about: {
          en: 'how long it may be gone or low before the breaker towards it opens, to stay open until a step closes it',
          zh: '市电失电或低电压多久后进线断路器断开，之后须人工合闸',
        },
      }),
    })
    .prefault({}),
  transfer: z
    .strictObject({
      confirm: duration({
        default: 1,
        source: 'a transfer switch confirms the loss for 1–2 s (rule of thumb)',
        about: { en: 'how long the utility must be gone before the generators are asked', zh: '确认市电中断的时长' },
      }),
      takes: duration({
        default: 8,
        source: 'assumed: voltage, synchronisation and break-before-make transfer',
        about: { en: 'moving over to generators that are ready', zh: '切换到发电机的耗时' },
      }),
      retransfer: duration({
        default: 600,
        source: 'utility stable for 5–30 min before return (rule of thumb)',
        about: { en: 'how long the utility must be back before the load returns to it', zh: '市电稳定多久后切回' },
      }),
    })
    .prefault({}),
  ups: z
    .strictObject({
      store: duration({
        default: 300,
        source: '5 min at full load is usual for large sites; 1–30 min range (published survey)',
        about: { en: 'how long a full store lasts at full load', zh: '满载时可维持的时长' },
      }),
      recharge: duration({
        isPositive: true,
        default: 3000,
        source: 'about ten times the discharge time (rule of thumb)',
        about: { en: 'from empty to full', zh: '从空到满的充电时长' },
      }),
      charge: ratio({
        default: 1,
        source: 'assumed: full',
        about: { en: 'share of the store that is full when the run begins', zh: '开始时的电量比例' },
      }),
    })
    .prefault({}),
  generators: z
    .strictObject({
      units: count({
        default: 4,
        max: 1000,
        source: 'assumed: three and one spare',
        about: { en: 'how many there are', zh: '机组数' },
      }),
      needed: count({
        default: 3,
        source: 'assumed: three and one spare',
        about: { en: 'how many must run for the data centre to live on them', zh: '维持供电所需机组数' },
      }),
      start: z
        .strictObject({
          odds: ratio({
            default: 0.9865,
            source: 'IEEE 493: 1.35 % fail to start per demand',
            about: { en: 'chance that a unit starts when asked', zh: '单机启动成功率' },
          }),
          delay: duration({
            default: 10,
            source: 'NFPA 110 type 10',
            about: { en: 'from asked to stable voltage', zh: '从启动到电压稳定' },
          }),
        })
        .prefault({}),
      carry: z
        .strictObject({
          odds: ratio({
            default: 1,
            source: 'assumed: what starts carries',
            about: { en: 'chance that a running unit takes load', zh: '运行机组带载成功率' },
          }),
        })
        .prefault({}),
      run: z
        .strictObject({
          life: law({
            default: { kind: 'exponential', mean: 1506 * 3600 },
            source: 'well-kept sets: 20 % fail within 336 h, which is a mean of 1506 h (NREL, Applied Energy 2020)',
            about: { en: 'how long a unit runs before it fails', zh: '机组连续运行至失效的时长' },
          }),
          repair: law({
            default: { kind: 'constant', value: 24 * 3600 },
            source: 'assumed: a day',
            about: { en: 'how long a unit that failed while running is out', zh: '运行中失效后的修复时长' },
          }),
        })
        .prefault({}),
      overload: z
        .strictObject({
          trip: duration({
            default: 60,
            source: 'assumed: protection bears a small overload for about a minute',
            about: { en: 'how long units bear too much load before the next one trips', zh: '过载多久后跳机' },
          }),
        })
        .prefault({}),
      beta: ratio({
        default: 0.1,
        source: 'beta-factor models use 5–10 % (rule of thumb)',
        about: { en: 'share of failures on demand that strike all units together', zh: '共因失效比例' },
      }),
    })
    .prefault({}),
  distribution: z
    .strictObject({
      'inrush-limit': watts({
        default: 400_000,
        source: 'assumed',
        about: { en: 'what racks may draw together while they start', zh: '机架同时启动的功率上限' },
      }),
      'inrush-factor': factor({
        default: 3,
        min: 1,
        source: '2–3 times nominal for 0.1–0.5 s (rule of thumb)',
        about: { en: 'what a starting rack draws, as a multiple of its power', zh: '启动涌流倍数' },
      }),
      every: duration({
        isPositive: true,
        default: 20,
        source: 'rows are staggered by 15–60 s (rule of thumb)',
        about: { en: 'time between two steps', zh: '两批之间的间隔' },
      }),
    })
    .prefault({}),
}

const coolingShape = {
  chillers: z
    .strictObject({
      units: count({
        default: 4,
        min: 1,
        max: 1000,
        source: 'assumed: three and one spare',
        about: { en: 'how many there are', zh: '台数' },
      }),
      needed: count({
        default: 3,
        min: 1,
        source: 'assumed: three and one spare',
        about: { en: 'how many carry away the heat of all hosts', zh: '满载散热所需台数' },
      }),
      running: count({
        min: 1,
        about: {
          en: 'how many run while nothing is wrong, the others in reserve; all of them when left out',
          zh: '正常时运行的台数，其余备用；省略则全部运行',
        },
      }).optional(),
      start: z
        .strictObject({
          odds: ratio({
            default: 1,
            source: 'assumed: one in reserve starts',
            about: { en: 'chance that a chiller in reserve starts when another stops', zh: '备用冷水机启动成功率' },
          }),
          delay: duration({
            default: 240,
            source: '2–15 min each (rule of thumb); assumed: 4 min',
            about: { en: 'how long a chiller in reserve takes to start', zh: '备用冷水机启动耗时' },
          }),
        })
        .prefault({}),
    })
    .prefault({}),
  trip: duration({
    isPositive: true,
    default: 300,
    source: '1–5 K a minute in dense halls, power-off at 35–45 °C inlet, some 15 K above normal (rule of thumb)',
    about: {
      en: 'how long until hosts switch themselves off while all of them run without any chiller',
      zh: '满载且无冷水机时到保护性关机的时长',
    },
  }),
  relax: durationOrForever({
    isPositive: true,
    default: Infinity,
    source: 'assumed: no heat is lost but by chillers',
    about: {
      en: 'time constant with which warmth is lost through walls; none is in the time `trip` speaks of',
      zh: '经墙体散热的时间常数；`trip` 不计此项',
    },
  }),
  hold: durationOrForever({
    default: Infinity,
    source: 'assumed: chillers ride through on power of their own',
    about: {
      en: 'how long chillers run on without the supply ahead of the UPS',
      zh: '失去市电或发电机供电后冷水机可维持的时长',
    },
  }),
  resume: ratio({
    default: 0.3,
    source: 'assumed: 5 K above normal of 15',
    about: { en: 'share of that warmth below which hosts may start again', zh: '可重新启动的温升比例' },
  }),
  restart: z
    .strictObject({
      by: oneOf(['itself', 'hand'], {
        default: 'itself',
        source: 'assumed; by hand in the published event of 30 August 2023',
        about: { en: 'whether chillers restart by themselves or a step of a plan starts them', zh: '自动重启或由人工启动' },
      }),
      takes: law({
        default: { kind: 'uniform', min: 120, max: 900 },
        source: '2–15 min each, often serial and by hand (rule of thumb)',
        about: { en: 'how long one takes', zh: '单台重启耗时' },
      }),
      'at-once': count({
        default: 1,
        min: 1,
        source: 'often serial (rule of thumb)',
        about: { en: 'how many restart at once', zh: '同时重启台数' },
      }),
      below: ratio({
        default: 1,
        source: 'assumed: no limit, though chillers protect themselves from water that is too warm (rule of thumb)',
        about: {
          en: 'share of the warmth at which hosts switch off below which a chiller can be restarted; without `relax`, and with no chiller running, it never gets cooler',
          zh: '可重启冷水机的温升比例上限（以触发关机的温升为 1）；若无 `relax` 且无冷水机运转，温度不会下降',
        },
      }),
    })
    .prefault({}),
}

const switchBoot = law({
  default: lognormal(300, 0.3),
  source: 'a switch loads its system and learns its routes in 3–10 min (rule of thumb)',
  about: { en: 'from power to forwarding', zh: '从通电到转发的耗时' },
})
const aggregationBoot = law({
  default: lognormal(900, 0.3),
  source: 'a chassis with its line cards takes 10–20 min (rule of thumb)',
  about: { en: 'from power to forwarding', zh: '从通电到转发的耗时' },
})
const deviceStuck = (share: number, source: string) =>
  ratio({
    default: share,
    source,
    about: { en: 'share that needs hands after a loss of power', zh: '断电后需人工处理的比例' },
  })

/** Network devices of a data centre; there are none to wait for where it is not stated. */
const fabricShape = {
  switch: z
    .strictObject({ boot: switchBoot, stuck: deviceStuck(0.01, 'assumed: as of hosts') })
    .prefault({})
    .meta({ description: 'at the top of each rack' }),
  aggregation: z
    .strictObject({ boot: aggregationBoot, stuck: deviceStuck(0, 'assumed: several stand in for each other') })
    .prefault({})
    .meta({ description: 'joins the racks of a data centre' }),
  repair: law({
    default: { kind: 'exponential', mean: 28_800 },
    source: 'hardware repair takes 4–24 h (rule of thumb)',
    about: { en: 'until a device is made good, where no crew does it', zh: '无人员处理时设备的修复时间' },
  }),
}
const fabricSchema = z.strictObject(fabricShape)
const fabricDefaults = fabricSchema.parse({})

/** I/Os that an instance asks of its host, by path. */
export const ioDemand = (en: string, zh: string) =>
  z.strictObject({
    network: rate({
      default: 0,
      source: 'only what is stated is asked of hosts that are observed',
      about: { en: `I/Os of ${en} on the network`, zh: `${zh}的网络 I/O 速率` },
    }),
    volume: rate({
      default: 0,
      source: 'only what is stated is asked of hosts that are observed',
      about: { en: `I/Os of ${en} on its volumes`, zh: `${zh}的存储卷 I/O 速率` },
    }),
  })

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
const datacentresSchema = z.union([count({ min: 1, max: 1000 }), z.record(idKey, datacentreSchema)])
const zoneSchema = z.strictObject({ ...stated, datacentres: datacentresSchema.optional() })
const zoneNames = z
  .array(idKey)
  .min(1)
  .refine(names => new Set(names).size === names.length, 'two zones have the same name')
const zonesSchema = z.union([zoneNames, z.record(idKey, zoneSchema)])
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

function machineSpec(name: string, machine: Machine): DatacentreSpec['machine'] {
  const { virtualisation, io, power, hold, boot, repair } = machine
  const { stuck, lost } = machine['on-power-return']
  const cpu = Math.floor(machine.cpu * (1 - virtualisation.cpu) + ROUNDING)
  return {
    name,
    cpu,
    io,
    power,
    hold,
    boot,
    bootFaults: machine['boot-faults'],
    stuck,
    lost,
    cards: cardsOf(machine),
    cardRepair: machine['card-repair'],
    repair,
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
