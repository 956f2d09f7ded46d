import { defineEffect } from './define.ts'

/**
 * Network devices break: the switch of a rack, or the aggregation layer of a data centre. Hosts behind them run on and cannot be
 * reached. With an end they are made good then; without, each takes its own repair time or waits for hands.
 */
export const fabricFailure = defineEffect({
  kind: 'fabric-failure',
  about: {
    en: 'The switch of a rack, or the aggregation layer of a data centre, breaks: what runs behind it cannot be reached.',
    zh: '机架交换机或数据中心汇聚层损坏：其后的主机仍在运行但无法访问。',
  },
  targets: ['datacentre', 'rack'],
  fields: {},
  strike: ({ cloud, targets, row, passes }) => {
    for (const target of targets) cloud.fabric.break(cloud.fabric.deviceOf(target), row, !passes)
  },
  lift: ({ cloud, targets, row }) => {
    for (const target of targets) cloud.fabric.repair(cloud.fabric.deviceOf(target), row)
  },
})
