/** What `explain` teaches to write is what the loader reads. */
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { z } from 'zod'
import { topics } from '../../sim/scenario/catalogue.ts'
import { expectationSchema } from '../../sim/scenario/expectations.ts'
import { grammars } from '../../sim/scenario/grammar.ts'
import { load } from '../../sim/scenario/load.ts'
import { bytes, duration, law, moment, rate, ratio, selector, watts } from '../../sim/units/fields.ts'

const READERS: Readonly<Record<string, readonly z.ZodType[]>> = {
  quantity: [duration(), rate(), ratio(), watts(), bytes()],
  selector: [selector()],
  moment: [moment()],
  law: [law()],
  expectations: [expectationSchema],
}
const read = grammars
  .flatMap(({ name, forms }) => forms.map(({ written }) => ({ name, written })))
  .filter(({ name }) => name in READERS)

test.each(read)('$name: $written', ({ name, written }) => {
  expect(READERS[name].some(schema => schema.safeParse(parse(written)).success)).toBe(true)
})

test('every form of every law is among the examples', () => {
  const [laws] = topics().filter(({ name }) => name === 'law')
  const kinds = new Set(laws.fields.map(({ path }) => path.split('.')[0]))
  const shown = (laws.forms ?? []).map(({ written }) => parse(written)).filter(value => typeof value === 'object')
  expect(new Set(shown.flatMap(value => Object.keys(value)))).toEqual(kinds)
})

test('what is said of use and of variants holds', () => {
  const base =
    'blackstart: 1\nname: base\nservices: {ec2-control: {kind: control-plane}, hands: {kind: crew}, web: {instances: 2}}\n'
  const text = `blackstart: 1
name: x
use: [./base]
world: {r1: {zones: [a]}}
services: {ec2-control: {place: r1}, hands: null}
clients: {users: {to: web, rate: 1/s}}
expect: {A1: {metric: availability, of: web, at-least: 99.9%}, A2: {metric: availability, of: web, at-least: 99.9%}}
variants: {v: {title: {en: Lean, zh: 精简}, set: {services.web.instances: 90}, expect: {A1: {should: fail}, A2: null}}}
`
  const loaded = load(text, { file: 'x.yaml', variant: 'v', read: path => (path === './base.yaml' ? base : undefined) })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { services, expect: expected } = loaded.scenario
  expect(Object.keys(services)).toEqual(['ec2-control', 'web'])
  expect(services).toMatchObject({ 'ec2-control': { kind: 'control-plane', place: 'r1' }, web: { instances: 90 } })
  expect(Object.entries(expected).map(([id, { should }]) => [id, should])).toEqual([['A1', 'fail']])
})
