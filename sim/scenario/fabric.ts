/** Network devices of a data centre as they are written. */
import { z } from 'zod'
import { law, ratio } from '../units/fields.ts'

const lognormal = (mean: number, cv: number) => ({ kind: 'lognormal', mean, cv }) as const

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
export const fabricSchema = z.strictObject(fabricShape)
/** With nothing written in them. */
export const fabricDefaults = fabricSchema.parse({})
