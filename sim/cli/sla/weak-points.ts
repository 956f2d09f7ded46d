/** `blackstart sla weak-points FILE`: what brings the services of a scenario down, without running it. */
import { FEATS, type Feat, PART_KINDS, type PartKind } from '../../experiment/structure-of.ts'
import { servicesWithWeakPoints, type WeakPoints, weakPoints } from '../../experiment/weak-points.ts'
import { readScenario } from '../files.ts'
import { Refusal } from '../output.ts'
import { loadVariant } from '../simulate.ts'
import type { Answer, Topic } from './answer.ts'
import { type Asked, named } from './asked.ts'

export const weakPointsTopic: Topic = {
  usage: 'weak-points FILE [--of SERVICE] [--variant NAME] [--to serve|start] [--among KINDS] [--order N] [--needed N]',
  help: `what, failing together, leaves a service with too little; kinds are ${PART_KINDS.join(', ')}`,
  options: ['to', 'among', 'order', 'needed'],
  readsScenario: true,
  answer,
}

/** Cuts of one size that are listed for people. */
const LISTED = 12

function answer(asked: Asked): Answer {
  asked.count(1)
  const { options } = asked
  const [file] = asked.operands
  const loaded = loadVariant(readScenario(file, options.limits.bytes), file, options)
  if (!loaded.ok) throw new Refusal('the file is invalid', file, loaded.problems)
  const { scenario } = loaded
  const services = servicesWithWeakPoints(scenario)
  const asksFor = options.of === undefined ? callable(services, file) : [nameOf(options.of, services)]
  if (asked.has('needed') && asksFor.length > 1) asked.wrong('--needed is for one service, so say which with --of')
  const feat = named<Feat>(options.sla.to ?? 'serve', 'feat', Object.fromEntries(FEATS.map(one => [one, one])))
  const found = asksFor.map(of => {
    try {
      return weakPoints(scenario, of, {
        feat,
        order: asked.optionalWhole('order', 3, 1, 4),
        ...(asked.has('among') && { among: kindsOf(options.sla.among ?? '') }),
        ...(asked.has('needed') && { needed: asked.optionalWhole('needed', 1, 1, 1_000_000) }),
        ...(options.seed !== undefined && { seed: options.seed }),
      })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new Refusal(`${of}: ${error.message} (ask for fewer kinds with --among, or for less with --order)`, file)
    }
  })
  return {
    data: { file, scenario: scenario.name, variant: scenario.variant, services: found },
    text: found.map(inWords).join('\n\n'),
  }

  function callable(all: readonly string[], path: string): string[] {
    const asksOf = new Set(Object.values(scenario.clients).flatMap(client => ('to' in client ? [client.to] : [])))
    const called = all.filter(id => asksOf.has(id))
    if (all.length === 0) throw new Refusal(`${path}: it has no services`, path)
    return called.length > 0 ? called : [...all]
  }
}

function nameOf(given: string, services: readonly string[]): string {
  return named(given, 'service with weak points', Object.fromEntries(services.map(id => [id, id])))
}

function kindsOf(given: string): PartKind[] {
  const known = Object.fromEntries(PART_KINDS.map(kind => [kind, kind]))
  return given.split(',').map(kind => named<PartKind>(kind.trim(), 'kind', known))
}

function inWords({ of, feat, instances, needed, parts, cuts }: WeakPoints): string {
  const counts = Object.entries(parts).map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`)
  const head = `${of}, to ${feat}: needs ${needed} of ${instances} ${instances === 1 ? 'instance' : 'instances'}; may fail: ${counts.join(', ') || 'nothing'}`
  if (cuts.some(cut => cut.length === 0))
    return `${head}\n  ${feat === 'serve' ? 'it has too little as it stands' : 'it cannot start as it stands: something it needs waits for it, or is missing'}`
  if (cuts.length === 0) return `${head}\n  nothing of this brings it down`
  const sizes = [...new Set(cuts.map(cut => cut.length))]
  const blocks = sizes.map(size => {
    const own = cuts.filter(cut => cut.length === size)
    const shown = own.slice(0, LISTED).map(cut => `    ${cut.join(' + ')}`)
    const more = own.length > LISTED ? [`    … and ${own.length - LISTED} more; --json lists them`] : []
    return [`  ${size === 1 ? 'single points of failure' : `${size} together`}: ${own.length}`, ...shown, ...more].join('\n')
  })
  return [head, ...blocks].join('\n')
}
