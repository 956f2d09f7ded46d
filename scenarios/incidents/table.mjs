/**
 * Writes README.md beside it: every check point of every incident, as published and as simulated over many seeds. Needs
 * `npm run build:lib`; `node scenarios/incidents/table.mjs 20` takes 20 seeds instead of 200.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from '../../dist/lib/scenario/load.js'
import { durationInWords } from '../../dist/lib/trace/story.js'

const HERE = new URL('.', import.meta.url)
const MAIN = fileURLToPath(new URL('../../dist/lib/cli/main.js', HERE))
const SEEDS = Number(process.argv[2] ?? 200)
const POINTS = { cause: 'cause', staff: 'staff', output: '**output**' }

const read = path => readFileSync(new URL(path.startsWith('library/') ? `../${path}` : path, HERE), 'utf8')
const files = readdirSync(HERE).filter(file => file.endsWith('.yaml'))

const scenarioOf = (text, file) => {
  const loaded = load(text, { file, read })
  if (!loaded.ok) throw new Error(`${file}: ${loaded.problems[0].message}`)
  return loaded.scenario
}

/** One incident: what is known of it, and each of its check points over all seeds. */
const incidents = files.map(file => {
  const scenario = scenarioOf(read(file), file)
  const path = fileURLToPath(new URL(file, HERE))
  const args = [MAIN, 'study', path, '--variant', 'base', '--replications', String(SEEDS), '--json', '--quiet']
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 })
  if (stdout === '') throw new Error(`${file}: ${stderr}`)
  const points = JSON.parse(stdout).variants[0].checks.map(check => pointOf(check, scenario.expect[check.id]))
  const fitted = [...new Set(points.flatMap(point => point.fitted ?? []))]
  const source = /^# Sources?: (\S+)/m.exec(read(file))?.[1] ?? 'see the file'
  return { file, title: scenario.title.en, source, points, fitted, judged: points.filter(point => point.isJudged), scenario }
})

const sections = incidents.map(({ file, title, source, points, fitted }) => {
  const misses = points.flatMap(({ id, because }) => (because === undefined ? [] : [`Missed — ${id}: ${because}.`]))
  return [
    `## ${title}`,
    '',
    `\`${file}\` · ${source} · ${fitted.length === 0 ? 'nothing fitted' : `fitted: ${fitted.join(', ')}`}`,
    '',
    '| | what | kind | grade | published | simulated, median (10–90 %) | |',
    '|---|---|---|---|---|---|---|',
    ...points.map(({ cells }) => `| ${cells.join(' | ')} |`),
    ...(misses.length === 0 ? [] : ['', ...misses]),
    '',
  ].join('\n')
})

const tally = points => `${points.filter(({ outcome }) => outcome === 'hit').length} of ${points.length}`
const free = points => points.filter(({ fitted }) => fitted === undefined)
const all = incidents.flatMap(({ judged }) => judged)
const summary = [
  '| incident | outputs judged: hits | those that nothing was fitted to: hits | fitted |',
  '|---|---|---|---|',
  ...incidents.map(({ title, judged, fitted }) => {
    const hits = judged.length === 0 ? 'none published' : tally(judged)
    return `| ${title} | ${hits} | ${free(judged).length === 0 ? '' : tally(free(judged))} | ${fitted.join(', ') || 'nothing'} |`
  }),
  `| **all ${incidents.length}** | **${tally(all)}** | **${tally(free(all))}** | |`,
]

const usual = sharedOf(
  scenarioOf(
    'blackstart: 1\nname: usual\nrun: {horizon: 1h}\nworld: {r: {fabric: {}}}\nservices: {v: {kind: volumes, items: 3}}',
    'usual',
  ),
)
const others = incidents.filter(({ scenario }) =>
  Object.entries(sharedOf(scenario)).some(([name, values]) => [...values].some(value => !usual[name].has(value))),
)
const predicted = incidents.filter(({ fitted, judged }) => fitted.length === 0 && judged.length > 0)

writeFileSync(
  new URL('README.md', HERE),
  `# Published incidents, replayed

Causes, what staff did, capacities and rates go in; recovery times come out. Each check point is a \`cause\`, a deed of the
\`staff\` (both inputs) or an \`output\`; only outputs of grade O (the provider's page), S (a full summary of it) or N (news) are
judged, by their median: within 25 % or 10 minutes, whichever is larger; shares within 3 points, small ones within a factor
of two. M is from memory and never judged. Figures of ${SEEDS} seeds each; written by \`node scenarios/incidents/table.mjs\`.

${summary.join('\n')}

# Predictions

How many hosts boot at once and how long each takes, how fast instances restart, in which steps racks are energised, how fast
volumes are checked and how long network devices boot are the product's defaults: frozen, fitted to none of these incidents,
and ${others.length === 0 ? 'written anew by none of them' : `written anew only by ${others.map(({ title }) => title).join(', ')}`}. In ${predicted.length} incidents with outputs to judge nothing else was fitted either; what came out of them is a prediction:

${predicted.flatMap(({ title, judged }) => judged.map(point => predictionOf(title, point))).join('\n')}

${sections.join('\n')}`,
)

function predictionOf(title, { id, what, published, simulated, outcome }) {
  return `- ${title}, ${id}: ${what} ${simulated}, published ${published}: ${outcome}.`
}

/** What all scenarios share unless they write it anew: by name, the values there are, in JSON. */
function sharedOf({ world, services }) {
  const datacentres = world.regions.flatMap(({ zones }) => zones.flatMap(zone => zone.datacentres))
  const volumes = Object.values(services).filter(({ kind }) => kind === 'volumes')
  const valuesOf = (list, value) => new Set(list.flatMap(one => JSON.stringify(value(one)) ?? []))
  return {
    slots: valuesOf(datacentres, ({ bootSlots }) => bootSlots),
    boot: valuesOf(datacentres, ({ machine }) => machine.boot),
    restart: valuesOf(datacentres, ({ restartRate }) => restartRate),
    energising: valuesOf(datacentres, ({ power }) => power.distribution),
    fabric: valuesOf(datacentres, ({ fabric }) => fabric),
    check: valuesOf(volumes, ({ check }) => check),
  }
}

/** A check point: its cells in the table, and what the summary needs to know of it. */
function pointOf({ id, metric, of, unit, median, p10, p90, limit, bound }, expectation) {
  const { point, published, grade, row, rows, to, fitted, should, because } = expectation
  const what = [metric, row ?? rows?.join(' → '), of && `of ${subject(of)}`, to && `to ${to * 100} %`].filter(Boolean).join(' ')
  const isCheck = point === undefined
  const isJudged = point === 'output' && limit !== null && grade !== 'M'
  const isHit = median !== null && median.value !== null && keeps(median.value, limit, bound)
  const outcome = !isJudged && !(isCheck && limit !== null) ? '' : isHit ? 'hit' : 'miss'
  const inWords = published === undefined ? '' : shown(published, unit)
  const simulated = median === null ? 'never' : shown(median.value, unit)
  const cells = [id, what, POINTS[point] ?? 'check', grade ?? '', inWords, simulated + spread(p10, p90, unit), outcome]
  return {
    id,
    what,
    cells,
    published: inWords,
    simulated,
    outcome,
    isJudged,
    fitted: fitted?.en,
    because: should === 'miss' ? because?.en : undefined,
  }
}

/** An id as it stands, a selector key by key. */
function subject(of) {
  if (typeof of === 'string') return of
  return Object.entries(of)
    .map(([key, value]) => `${key} ${[value].flat().map(subject).join(', ')}`)
    .join(', ')
}

function keeps(value, limit, bound) {
  const [least, most] = Array.isArray(limit) ? limit : [limit, limit]
  return (bound === 'at-most' || value >= least) && (bound === 'at-least' || value <= most)
}

function spread(p10, p90, unit) {
  return p10 === null || p90 === null || p10.value === p90.value
    ? ''
    : ` (${shown(p10.value, unit)} – ${shown(p90.value, unit)})`
}

function shown(value, unit) {
  if (value === null) return 'never'
  if (unit === 'seconds') return durationInWords(value, 'en')
  if (unit === 'ratio') return `${(value * 100).toPrecision(3)} %`
  return unit === 'flag' ? (value === 1 ? 'yes' : 'no') : String(Number(value.toPrecision(3)))
}
