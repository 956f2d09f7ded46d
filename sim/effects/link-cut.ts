import { defineEffect } from './define.ts'

/** A link carries nothing. */
export const linkCut = defineEffect({
  kind: 'link-cut',
  about: { en: 'A link between zones, or from the edge to a zone, is cut.', zh: '可用区之间或边缘到可用区的链路被切断。' },
  targets: ['link'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const target of targets) cloud.network.cut(cloud.network.linkOf(target), row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const target of targets) cloud.network.restore(cloud.network.linkOf(target), row)
  },
})
