import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { answered } from '../effects/told.ts'

/** A service in so many parts that share nothing, each with its own instances and its own part of 1200/s. */
const world = (parts: number, fault: string) => {
  const each = Array.from({ length: parts }, (_, i) => i + 1)
  return `
blackstart: 1
name: parts
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 12, tenants: 0}}
services: {${each.map(i => `web-${i}: {instances: ${24 / parts}, overload: {queue: 0}}`).join(', ')}}
clients: {${each.map(i => `users-${i}: {to: web-${i}, rate: ${1200 / parts}/s}`).join(', ')}}
faults: {bad: {${fault}, at: 10m}}`
}

const lost = (parts: number, fault: string): number => {
  const history = historyOf(world(parts, fault))
  let sum = 0
  for (let i = 1; i <= parts; i++) sum += answered(history, 660, `users-${i}`)
  return 1 - sum / 1200
}

describe('what a fault takes from a service in m parts', () => {
  test.each([1, 2, 3, 4, 6, 12])('1/m of all requests when it is the fault of one part: m = %i', parts => {
    expect(lost(parts, 'kind: operator-error, target: {service: web-1}')).toBeCloseTo(1 / parts, 12)
  })

  test.each([1, 2, 4])('as much as without parts when all share it: m = %i', parts => {
    const services = Array.from({ length: parts }, (_, i) => `web-${i + 1}`)
    expect(lost(parts, `kind: config-push, target: {service: [${services}]}, errors: 30%`)).toBeCloseTo(0.3, 12)
  })
})
