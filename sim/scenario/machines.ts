/** Machines as they are written: what a host is, where it serves the I/O of its instances, how it boots, breaks and is repaired. */
import { z } from 'zod'
import { IO_PATHS, type MachineSpec } from '../models/machine.ts'
import { count, duration, law, oneOf, rate, ratio, watts } from '../units/fields.ts'
import { cardFields, cardsOf, firmwareOf } from './cards.ts'

/** What rounding may take from a processor that is just left. */
const ROUNDING = 1e-9

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
        default: { kind: 'lognormal', mean: takes, cv: 0.3 },
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
      default: { kind: 'lognormal', mean: 360, cv: 0.5 },
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

/** A profile as the model has it. */
export function machineSpec(name: string, machine: Machine): MachineSpec {
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
    firmware: firmwareOf(machine),
    cardRepair: machine['card-repair'],
    repair,
  }
}
