import { datacentresWithin, defineEffect } from './define.ts'

/** Cooling stops; the air warms until hosts switch themselves off. */
export const coolingLoss = defineEffect({
  kind: 'cooling-loss',
  about: {
    en: 'Cooling stops: the air warms by 3 K a minute, and 15 K above normal hosts switch themselves off; with cooling back it falls by 1 K a minute, and 5 K above normal they start (dense hall, rule of thumb: 1–5 K a minute, power-off at 35–45 °C).',
    zh: '制冷中断：温度上升直至主机保护性关机。',
  },
  targets: ['datacentre', 'zone', 'region'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresWithin(cloud, targets)) cloud.cooling.lose(datacentre, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresWithin(cloud, targets)) cloud.cooling.restore(datacentre, row)
  },
})
