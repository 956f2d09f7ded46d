/** Questions to `blackstart sla` on designs: what a request comes to, what copies are worth, how a change goes out. */
import { capacityGain, hostsNeeded, responseRatio, usableCpu } from '../../sla/hosts.ts'
import { impliedShares, PUBLISHED, worthOf } from '../../sla/independence.ts'
import { migration, ROUNDS_MAX } from '../../sla/migration.ts'
import { rolloutDays, slipsThrough, zonesChanged } from '../../sla/rollout.ts'
import { alongRequest, type Hop, PLANES, type Plane, servingPlane, type Targets, targets } from '../../sla/targets.ts'
import { type Answer, list, percent, small, type Topic, table, time } from './answer.ts'
import { type Asked, named } from './asked.ts'

const byName: Readonly<Record<string, Targets>> = Object.fromEntries(targets.map(one => [one.name, one]))

const YEAR = 365 * 86_400
/** Days of a rollout that are listed for people. */
const DAYS_SHOWN = 30

export const design: Readonly<Record<string, Topic>> = {
  compose: {
    usage: 'compose [SERVICE[/PLANE] …]',
    help: `published targets along a request; planes are ${PLANES.join(', ')}`,
    options: [],
    answer: asked => (asked.operands.length === 0 ? allTargets() : compose(asked)),
  },
  zones: {
    usage: 'zones [--beta SHARE] [--zone A] [--zones N] [--needed K]',
    help: 'what copies in zones are worth, and how much zones must share for the published table to be true',
    options: ['beta', 'zone', 'zones', 'needed'],
    answer: asked => {
      asked.count(0)
      return asked.has('beta') || asked.has('zone') || asked.has('zones') || asked.has('needed')
        ? copies(asked)
        : publishedTable()
    },
  },
  hosts: {
    usage: 'hosts --vcpu N --host N [--overhead SHARE] [--load SHARE]',
    help: 'hosts for so many virtual processors when virtualisation takes a share of each, and what that does to response times',
    options: ['vcpu', 'host', 'overhead', 'load'],
    answer: hosts,
  },
  migration: {
    usage: 'migration --memory SIZE --bandwidth BANDWIDTH [--dirty BANDWIDTH] [--pause TIME]',
    help: 'an instance that moves to another host while it runs: rounds of copying, the pause, and how long it all takes',
    options: ['memory', 'bandwidth', 'dirty', 'pause'],
    answer: moving,
  },
  rollout: {
    usage: 'rollout REGIONS … [--zones N] [--detect SHARE --stages N]',
    help: 'a change that goes out in waves of so many regions, a zone of each a day',
    options: ['zones', 'detect', 'stages'],
    answer: rollout,
  },
}

function allTargets(): Answer {
  const rows = targets.map(({ name, planes, known }) => [
    name,
    ...PLANES.map(plane => (planes[plane] === undefined ? '' : percent(planes[plane] ?? 0))),
    known === 'P' ? 'published' : 'from memory (unverified)',
  ])
  return { data: { targets }, text: table([['', ...PLANES, ''], ...rows], at => at === 0 || at > PLANES.length) }
}

function compose(asked: Asked): Answer {
  asked.count(1, 100)
  const hops = asked.operands.map(hopOf)
  const { serving, changing } = alongRequest(hops)
  const rows = hops.map(({ targets: { name, planes, known }, plane }) => [
    name,
    plane,
    percent(planes[plane] ?? 1),
    `${time((1 - (planes[plane] ?? 1)) * YEAR)} a year`,
    known === 'P' ? 'published' : 'from memory (unverified)',
  ])
  const sums = [
    ['to serve', '', percent(serving, 6), `${time((1 - serving) * YEAR)} a year`, ''],
    ['to change', '', percent(changing, 6), `${time((1 - changing) * YEAR)} a year`, 'when it needs their control planes too'],
  ]
  return {
    data: {
      hops: hops.map(({ targets: { name, planes }, plane }) => ({ name, plane, availability: planes[plane] })),
      serving,
      changing,
    },
    text: list([...rows, ...sums]),
  }
}

/** `rds`, or `rds/zone`. */
function hopOf(given: string): Hop {
  const [name, ...rest] = given.split('/')
  const found = named(name, 'service', byName)
  if (rest.length === 0) return { targets: found, plane: servingPlane(found) }
  const own = PLANES.filter(plane => found.planes[plane] !== undefined)
  const plane = named<Plane>(rest.join('/'), `plane of ${name}`, Object.fromEntries(own.map(one => [one, one])))
  return { targets: found, plane }
}

function publishedTable(): Answer {
  const shares = impliedShares()
  const zone = 0.99
  const rows = PUBLISHED.map(({ zones, regions, unavailability, cost }) => {
    const independent = worthOf({ zone, zones, regions, betaZone: 0 })
    const shared = worthOf({ zone, zones, regions, betaZone: shares.zone, betaRegion: shares.region })
    return {
      zones,
      regions,
      cost,
      published: 1 - unavailability,
      independent: independent.availability,
      shared: zones === 1 ? zone : shared.availability,
    }
  })
  const lines = rows.map(row => [
    `${row.regions} × ${row.zones}`,
    `${row.cost}×`,
    percent(row.published, 9),
    percent(row.independent, 9),
    percent(Math.round(row.shared * 1e12) / 1e12, 9),
  ])
  const text = [
    table([['regions × zones', 'cost', 'published', 'if independent', 'with what they share'], ...lines]),
    '',
    'for the published table to be true,',
    list([
      ['zones share', `${percent(shares.zone)} of what takes one down (β = ${small(shares.zone)})`],
      [
        'regions share',
        `${percent(shares.region)} (β = ${small(shares.region)}), or a failover works ${percent(shares.coverage)} of the time`,
      ],
    ]),
  ]
  return {
    data: { table: rows, betaZone: shares.zone, betaRegion: shares.region, coverage: shares.coverage },
    text: text.join('\n'),
  }
}

function copies(asked: Asked): Answer {
  const zone = asked.optionalShare('zone', 0.99)
  const zones = asked.optionalWhole('zones', 3, 1, 100)
  const needed = asked.optionalWhole('needed', 1, 1, zones)
  const betas = asked.has('beta') ? [asked.optionalShare('beta', 0)] : [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1]
  const rows = betas.map(beta => ({ beta, ...worthOf({ zone, zones, needed, betaZone: beta }) }))
  const lines = rows.map(({ beta, availability, unavailability, cost }) => [
    percent(beta),
    percent(availability, 9),
    time(unavailability * YEAR),
    `${Number(cost.toPrecision(4))}×`,
  ])
  return {
    data: { zone, zones, needed, copies: rows },
    text: `${zones} zones at ${percent(zone, 9)}, ${needed} of them for the whole load\n${table([['shared', 'availability', 'down a year', 'cost'], ...lines])}`,
  }
}

function hosts(asked: Asked): Answer {
  asked.count(0)
  const demand = asked.wholeOf('vcpu', 1e9)
  const host = asked.wholeOf('host', 1e6)
  const overhead = asked.optionalShare('overhead', 0.3)
  const load = asked.optionalShare('load', 0.6)
  if (overhead === 1) asked.wrong('an overhead of 100% leaves nothing')
  const usable = usableCpu(host, overhead)
  const needed = hostsNeeded(demand, host, overhead)
  const without = hostsNeeded(demand, host, 0)
  const gain = capacityGain(overhead)
  const response = responseRatio(load, overhead)
  const slower =
    response === Infinity ? 'it cannot keep up' : `${Number(response.toPrecision(9))} times as long (M/M/1, waiting included)`
  return {
    data: { demand, host, overhead, load, usable, hosts: needed, withoutOverhead: without, gain, responseRatio: response },
    text: list([
      ['usable of a host', `${Number(usable.toPrecision(9))} of ${host} virtual processors`],
      ['hosts', `${needed} for ${demand}; ${without} without the overhead`],
      ['a host without it does', `${Number(gain.toPrecision(9))} times as much`],
      [`what keeps that one ${percent(load)} busy takes`, `${slower} with it`],
    ]),
  }
}

function moving(asked: Asked): Answer {
  asked.count(0)
  const memory = asked.size('memory')
  const bandwidth = asked.bandwidth('bandwidth')
  const dirty = asked.bandwidth('dirty', 0)
  const pauseMax = asked.time('pause', 0.3)
  const found = migration(memory, bandwidth, dirty, pauseMax)
  const { first, rounds, pause, total, converges } = found
  const why =
    dirty >= bandwidth
      ? 'it writes as fast as it is copied: it is stopped and copied'
      : `not short enough after ${ROUNDS_MAX} rounds: it is stopped and the rest copied`
  return {
    data: { memory, bandwidth, dirty, pauseMax, ...found },
    text: list([
      ['first copy', exact(first)],
      ['rounds after it', converges ? String(rounds) : `${rounds}, ${why}`],
      ['pause', exact(pause)],
      ['in all', exact(total)],
    ]),
  }
}

/** A time with the digits that matter where it is short. */
const exact = (seconds: number): string => (seconds < 1000 ? `${Number(seconds.toPrecision(9))} s` : time(seconds))

function rollout(asked: Asked): Answer {
  asked.count(1, 100)
  const waves = asked.operands.map((_, at) => asked.whole(at))
  const zones = asked.optionalWhole('zones', 3, 1, 100)
  const stages = asked.optionalWhole('stages', waves.length)
  const detect = asked.optionalShare('detect', 0.8)
  const days = rolloutDays(waves, zones)
  const changed = Array.from({ length: days }, (_, day) => zonesChanged(waves, zones, day + 1))
  const slips = slipsThrough(stages, detect)
  const rows = [
    ['regions', String(waves.reduce((sum, regions) => sum + regions, 0))],
    ['days', String(days)],
    ['zones changed by day', `${changed.slice(0, DAYS_SHOWN).join(' ')}${days > DAYS_SHOWN ? ' …' : ''}`],
    [
      'a mistake slips through',
      `${small(slips)}, past ${stages === 1 ? 'a stage that notices' : `${stages} stages that each notice`} ${percent(detect)}`,
    ],
  ]
  return { data: { waves, zones, days, changed, stages, detect, slipsThrough: slips }, text: list(rows) }
}
