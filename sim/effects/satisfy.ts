import { defineEffect } from './define.ts'

/** Technicians put in by hand what a service lacks to start: a copy of its configuration, an address, a key. */
export const satisfy = defineEffect({
  kind: 'satisfy',
  about: {
    en: 'What a service lacks to start is put in by hand, so that it starts without waiting for others.',
    zh: '人工补齐服务启动所缺的依赖，使其无需等待其他服务即可启动。',
  },
  targets: ['service'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const target of targets) cloud.needs.satisfy(target, 'start', row)
  },
})
