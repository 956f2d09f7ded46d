import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { load } from '../../sim/scenario/load.ts'

const folder = 'scenarios/incidents'
const [summary, ...table] = readFileSync(`${folder}/README.md`, 'utf8').split('\n## ')
const files = readdirSync(folder).filter(file => file.endsWith('.yaml'))

test('every incident has its section in the table', () => {
  expect(table.map(section => /`([^`]+\.yaml)`/.exec(section)?.[1])).toEqual(files)
})

test('the summary counts the hits of all judged outputs of each incident', () => {
  for (const section of table) {
    const outcomes = [...section.matchAll(/^\| K\d+ .*\| \*\*output\*\* .*\| (hit|miss) \|$/gm)].map(([, outcome]) => outcome)
    const hits = `${outcomes.filter(outcome => outcome === 'hit').length} of ${outcomes.length}`
    const [title] = section.split('\n')
    expect(summary).toContain(`| ${title} | ${outcomes.length === 0 ? 'none published' : hits} |`)
  }
})

test.each(files)('%s has every check point in the table, with its kind and its misses', file => {
  const loaded = load(readFileSync(`${folder}/${file}`, 'utf8'), {
    file,
    read: path => readFileSync(`scenarios/${path}`, 'utf8'),
  })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const section = table.find(one => one.includes(`\`${file}\``)) ?? ''
  const rows = [...section.matchAll(/^\| (K\d+) \| (\S+)[^|]* \| (\S+) \| (\S*) *\|/gm)].map(([, ...cells]) => cells)
  const points = Object.entries(loaded.scenario.expect).map(([id, { metric, point, grade }]) => [
    id,
    metric,
    point === 'output' ? '**output**' : (point ?? 'check'),
    grade ?? '',
  ])
  expect(rows).toEqual(points)
  for (const { because } of Object.values(loaded.scenario.expect)) expect(section).toContain(because?.en ?? '')
})
