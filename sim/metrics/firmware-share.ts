import { defineMetric, VACUOUS } from './define.ts'
import { within } from './rows.ts'
import { Extract, takeField } from './series.ts'

/** Rows with which one of a host's cards gets other firmware, and has its former one again; the card is the first part. */
const PUT = /^([a-z]+)-card\.updated$/
const BACK = /^([a-z]+)-card\.rolled-back$/

/** How many are exposed to whatever new firmware does. */
export const firmwareShare = defineMetric({
  name: 'firmware-share',
  unit: 'ratio',
  about: { en: 'share of hosts with updated firmware', zh: '已更新固件的主机比例' },
  definition: {
    en: 'Hosts of a place on which a card runs other firmware than when the run began ÷ all its hosts. The highest in the window unless `take` says otherwise.',
    zh: '位置内有卡运行非初始固件的主机数 ÷ 主机总数。默认取窗口内最高值，可用 take 指定。',
  },
  subjects: ['region', 'zone', 'datacentre', 'rack'],
  fields: { take: takeField('highest') },
  measure: (run, { of, take }, { from, to }) => {
    if (of.length === 0) return VACUOUS
    const { rows, kinds, entities } = run
    const inside = within(run, of)
    const all = entities.all('host').filter(host => inside[host] === 1).length
    const cards = kinds.map(({ name }) => (PUT.exec(name) ?? BACK.exec(name))?.[1])
    const isPut = kinds.map(({ name }) => PUT.test(name))
    const updated = new Map<number, Set<string>>() // cards with other firmware, by host; only hosts that have one
    const extract = new Extract(take)
    let since = from
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      const card = cards[rows.kind[row]]
      const host = rows.subject[row]
      if (card === undefined || inside[host] === 0) continue
      if (rows.time[row] > since) {
        extract.piece(since, rows.time[row], updated.size / all)
        since = rows.time[row]
      }
      const own = updated.get(host) ?? new Set()
      if (isPut[rows.kind[row]]) updated.set(host, own.add(card))
      else if (own.delete(card) && own.size === 0) updated.delete(host)
    }
    extract.piece(since, to, updated.size / all)
    return extract.measurement()
  },
})
