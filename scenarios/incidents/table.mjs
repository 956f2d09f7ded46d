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

const sections = files.map(file => {
  const loaded = load(read(file), { file, read })
  if (!loaded.ok) throw new Error(`${file}: ${loaded.problems[0].message}`)
  const { scenario } = loaded
  const path = fileURLToPath(new URL(file, HERE))
  const args = [MAIN, 'study', path, '--variant', 'base', '--replications', String(SEEDS), '--json', '--quiet']
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 })
  if (stdout === '') throw new Error(`${file}: ${stderr}`)
  const { checks } = JSON.parse(stdout).variants[0]
  const rows = checks.map(check => rowOf(check, scenario.expect[check.id]))
  const fitted = Object.values(scenario.expect).flatMap(({ fitted: what }) => (what === undefined ? [] : [what.en]))
  const misses = checks.flatMap(({ id, should }) => (should === 'miss' ? [`${id}: ${scenario.expect[id].because?.en}`] : []))
  const source = /^# Sources?: (\S+)/m.exec(read(file))?.[1] ?? 'see the file'
  return [
    `## ${scenario.title.en}`,
    '',
    `\`${file}\` · ${source} · ${fitted.length === 0 ? 'nothing fitted' : `fitted: ${[...new Set(fitted)].join(', ')}`}`,
    '',
    '| | what | kind | grade | published | simulated, median (10–90 %) | |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    ...(misses.length === 0 ? [] : ['', ...misses.map(miss => `Missed — ${miss}.`)]),
    '',
  ].join('\n')
})

writeFileSync(
  new URL('README.md', HERE),
  `# Published incidents, replayed

Causes, what staff did, capacities and rates go in; recovery times come out. Each check point is a \`cause\`, a deed of the
\`staff\` (both inputs) or an \`output\`; only outputs of grade O (the provider's page), S (a full summary of it) or N (news) are
judged, by their median: within 25 % or 10 minutes, whichever is larger; shares within 3 points, small ones within a factor
of two. M is from memory and never judged. Figures of ${SEEDS} seeds each; written by \`node scenarios/incidents/table.mjs\`.

${sections.join('\n')}`,
)

function rowOf({ id, metric, of, unit, median, p10, p90, limit, bound }, { point, published, grade, row, rows, to }) {
  const what = [metric, row ?? rows?.join(' → '), of && `of ${of}`, to && `to ${to * 100} %`].filter(Boolean).join(' ')
  const judged = point === undefined || point === 'output'
  const isHit = median !== null && median.value !== null && keeps(median.value, limit, bound)
  const outcome = !judged || limit === null || grade === 'M' ? '' : isHit ? 'hit' : 'miss'
  const simulated = median === null ? 'never' : `${shown(median.value, unit)}${spread(p10, p90, unit)}`
  const cells = [
    id,
    what,
    POINTS[point] ?? 'check',
    grade ?? '',
    published === undefined ? '' : shown(published, unit),
    simulated,
    outcome,
  ]
  return `| ${cells.join(' | ')} |`
}

function keeps(value, limit, bound) {
  const [least, most] = Array.isArray(limit) ? limit : [limit, limit]
  return (bound === 'at-most' || value >= least) && (bound === 'at-least' || value <= most)
}

function spread(p10, p90, unit) {
  return p10 === null || p10.value === p90.value ? '' : ` (${shown(p10.value, unit)} – ${shown(p90.value, unit)})`
}

function shown(value, unit) {
  if (value === null) return 'never'
  if (unit === 'seconds') return durationInWords(value, 'en')
  if (unit === 'ratio') return `${(value * 100).toPrecision(3)} %`
  return unit === 'flag' ? (value === 1 ? 'yes' : 'no') : String(Number(value.toPrecision(3)))
}
