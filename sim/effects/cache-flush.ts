import { ratio } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/** Nodes of a cache are replaced by empty ones, or what they hold has expired. It fills again with the answers to misses. */
export const cacheFlush = defineEffect({
  kind: 'cache-flush',
  about: {
    en: 'A client’s cache loses what it holds; only good answers to what is then sent fill it again.',
    zh: '客户端的缓存内容丢失；只有未命中请求的成功答复才能重新填充。',
  },
  targets: ['client'],
  fields: {
    share: ratio({
      default: 1,
      source: 'all of it unless said so',
      about: { en: 'share of what it holds that is lost', zh: '丢失的比例' },
    }),
  },
  strike: ({ cloud, targets, row, params }) => {
    for (const client of targets) cloud.clients.flush(client, params.share, row)
  },
})
