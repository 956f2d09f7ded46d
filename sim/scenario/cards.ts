/** A machine's cards as they are written: which it has, and how long one takes to be replaced. */
import { z } from 'zod'
import { CARDS, type Card } from '../models/cards.ts'
import type { MachineSpec } from '../models/machine.ts'
import { flag, law, version } from '../units/fields.ts'

const hasCard = (en: string, zh: string) =>
  flag({
    default: true,
    source: 'a host whose hypervisor is in hardware has one (provider’s history)',
    about: { en: `whether a card of its own, which can fail by itself, serves ${en}`, zh: `是否由可独立失效的专用卡提供${zh}` },
  })

const runs = version({
  about: { en: 'version of the firmware that this card runs when the run begins', zh: '开始时该卡运行的固件版本' },
})

/** Keys of a machine. Whether network and volumes are on cards, its `io` says. */
export const cardFields = {
  cards: z
    .strictObject({
      disk: hasCard('local disks', '本地盘'),
      control: hasCard('orders to start and to change anything: the controller', '启动与变更指令（控制卡）'),
    })
    .prefault({}),
  firmware: z
    .strictObject({ network: runs.optional(), volume: runs.optional(), disk: runs.optional(), control: runs.optional() })
    .prefault({}),
  'card-repair': law({
    default: { kind: 'exponential', mean: 28_800 },
    source: 'assumed: as the repair of a host; how often cards fail is not published either',
    about: { en: 'until a card is replaced, where no crew does it', zh: '无人员处理时更换一块卡的时间' },
  }),
}

interface Carded {
  readonly io: Readonly<Record<'network' | 'volume', { readonly by: 'card' | 'domain' }>>
  readonly cards: Readonly<Record<'disk' | 'control', boolean>>
}

/** Which cards a machine has. */
export function cardsOf({ io, cards }: Carded): Readonly<Record<Card, boolean>> {
  return { network: io.network.by === 'card', volume: io.volume.by === 'card', ...cards }
}

/** What the cards of a machine run, where it says so. */
export function firmwareOf({ firmware }: Pick<z.output<z.ZodObject<typeof cardFields>>, 'firmware'>): MachineSpec['firmware'] {
  const said: Partial<Record<Card, string>> = {}
  for (const card of CARDS) {
    const version = firmware[card]
    if (version !== undefined) said[card] = version
  }
  return said
}
