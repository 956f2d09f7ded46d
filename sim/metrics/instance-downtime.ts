import { defineMetric } from './define.ts'
import { instancesDown } from './unavailable.ts'

/** How long instances were down, all together. */
export const instanceDowntime = defineMetric({
  name: 'instance-downtime',
  unit: 'seconds',
  about: { en: 'time that instances were down, all together', zh: '实例停机时间之和' },
  definition: {
    en: 'Sum over the instances of `of` of the time in the window in which each was down: two that are down for a minute make two minutes. What began dark counts as down; what was launched counts from the moment it first came up, what was ended until then.',
    zh: 'of 的各实例在窗口内停机时间之和：两个实例各停一分钟计两分钟。开始时未运行者计为停机；新启动者自首次就绪起计，被终止者计至终止。',
  },
  subjects: ['service'],
  fields: {},
  measure: (run, { of }, window) => {
    const { each, at } = instancesDown(run, of, window)
    return { value: each.reduce((sum, down) => sum + down, 0), at }
  },
})
