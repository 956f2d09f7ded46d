import { oneOf } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/** Technicians put in by hand what a service lacks: a copy of its configuration, an address, a key, another place to ask. */
export const satisfy = defineEffect({
  kind: 'satisfy',
  about: {
    en: 'What a service lacks to start, or to serve, is put in by hand, so that it goes on without waiting for others.',
    zh: '人工补齐服务启动或运行所缺的依赖，使其无需等待其他服务。',
  },
  targets: ['service'],
  fields: {
    when: oneOf(['start', 'serve'], {
      default: 'start',
      source: 'what is put in by hand is mostly what a start takes',
      about: { en: 'which of its needs: those to start, or those to serve', zh: '补齐启动所需还是运行所需' },
    }),
  },
  strike: ({ cloud, targets, row, params }) => {
    for (const target of targets) cloud.needs.satisfy(target, params.when, row)
  },
})
