import { describe, expect, test } from 'vitest'
import { Entities } from '../../sim/trace/entities.ts'
import { layOutMap, type MapLayout } from '../../web/views/map-layout.ts'
import { extentsByColumn, layOutTracks, roundUp, timeTicks } from '../../web/views/track-layout.ts'
import { formatLength, formatMoment, formatShare } from '../../web/words/quantities.ts'
import { preferredLanguage } from '../../web/words/words.ts'
import { opened } from './recorded.ts'

function world(zones: number, datacentres: number, racks: number, hosts: number): Entities {
  const entities = new Entities()
  const region = entities.add('region', 'r')
  for (let z = 0; z < zones; z++) {
    const zone = entities.add('zone', `z${z}`, region)
    for (let d = 0; d < datacentres; d++) {
      const datacentre = entities.add('datacentre', `dc${d}`, zone)
      for (let r = 0; r < racks; r++) {
        const rack = entities.add('rack', `r${r}`, datacentre)
        for (let h = 0; h < hosts; h++) entities.add('host', `h${h}`, rack)
      }
    }
  }
  return entities
}

/** How many pixels two hosts share; 0 when every host has its own. */
function overlaps({ hosts, x, y, cell }: MapLayout): number {
  const taken = new Set<number>()
  let shared = 0
  for (let i = 0; i < hosts.length; i++) {
    for (let dy = 0; dy < cell.height; dy++) {
      for (let dx = 0; dx < cell.width; dx++) {
        const pixel = (y[i] + dy) * 65_536 + x[i] + dx
        if (taken.has(pixel)) shared++
        taken.add(pixel)
      }
    }
  }
  return shared
}

describe('the map', () => {
  test.each([
    ['the flagship at 1440 × 900', world(3, 2, 20, 20), 756, 300, 12],
    ['the flagship at 1024 × 700', world(3, 2, 20, 20), 700, 250, 12],
    ['one host', world(1, 1, 1, 1), 300, 200, 12],
    ['a hundred thousand hosts', world(4, 5, 250, 20), 756, 300, 1],
    ['uneven zones', world(2, 3, 7, 9), 500, 240, 12],
  ] as const)('%s: every host has pixels of its own, inside the map', (_, entities, width, height, least) => {
    const layout = layOutMap(entities, width, height)
    expect(layout.hosts.length).toBe(entities.all('host').length)
    expect(overlaps(layout)).toBe(0)
    expect(layout.cell.width * layout.cell.height).toBeGreaterThanOrEqual(least)
    for (let i = 0; i < layout.hosts.length; i++) {
      expect(layout.x[i] + layout.cell.width <= layout.width && layout.y[i] + layout.cell.height <= layout.height).toBe(true)
    }
  })

  test('finds the host under the pointer, and its place between the hosts', () => {
    const entities = world(3, 2, 20, 20)
    const layout = layOutMap(entities, 756, 300)
    for (let i = 0; i < layout.hosts.length; i += 37) expect(layout.at(layout.x[i] + 1, layout.y[i] + 1)).toBe(layout.hosts[i])
    const zone = layout.boxes.find(box => box.kind === 'zone')
    expect(zone !== undefined && layout.at(zone.x + 2, zone.y + 2)).toBe(zone?.entity)
    expect(layout.at(-5, -5)).toBe(0)
  })

  test('keys reach every neighbour and stay inside', () => {
    const layout = layOutMap(world(3, 2, 20, 20), 756, 300)
    const first = layout.hosts[0]
    const below = layout.beside(first, 0, 1)
    expect(below).toBe(layout.hosts[1])
    expect(layout.beside(below, 0, -1)).toBe(first)
    expect(layout.beside(first, -1, 0)).toBe(first)
    let at = first
    for (let i = 0; i < 500; i++) at = layout.beside(at, 1, 0)
    expect(layout.x[layout.indexOf[at]]).toBe(Math.max(...layout.x))
  })
})

describe('the timeline', () => {
  test('stacks lanes without overlap', () => {
    const { lanes, height } = layOutTracks(opened('az-loss.yaml').tracks, 0)
    expect(lanes.length).toBeGreaterThan(8)
    lanes.forEach((lane, i) => {
      if (i > 0) expect(lane.y).toBeGreaterThanOrEqual(lanes[i - 1].y + lanes[i - 1].height)
      expect(lane.y + lane.height).toBeLessThanOrEqual(height)
    })
  })

  test('puts ticks at moments that people count in', () => {
    expect(timeTicks(0, 21_600, 8)).toEqual([0, 3600, 7200, 10_800, 14_400, 18_000, 21_600])
    expect(timeTicks(3590, 3650, 7)).toEqual([3590, 3600, 3610, 3620, 3630, 3640, 3650])
  })

  test('rounds the top of an axis up to something readable', () => {
    expect([0, 1, 7, 31_900, 503].map(roundUp)).toEqual([1, 1, 8, 40_000, 600])
  })

  test('keeps the lowest and the highest of each column', () => {
    const { low, high } = extentsByColumn({ time: [0, 1.2, 1.4, 3], value: [5, 0, 9, 2] }, 0, 4, 4)
    expect([...low]).toEqual([5, 0, 9, 2])
    expect([...high]).toEqual([5, 9, 9, 2])
  })
})

describe('quantities', () => {
  test('moments have days once there are any, and thousandths on request', () => {
    expect([0, 3600, 90_061, 59.9996].map(each => formatMoment(each, true))).toEqual([
      '0:00:00',
      '1:00:00',
      '1d 01:01:01',
      '0:01:00',
    ])
    expect(formatMoment(3661.25, true)).toBe('1:01:01.250')
  })

  test('lengths have two units at most, in both languages', () => {
    expect([0, 0.0004, 0.0052, 0.02, 75, 372, 5400, 200_000].map(each => formatLength(each, 'en'))).toEqual([
      '0 s',
      '400 µs',
      '5.2 ms',
      '20 ms',
      '1 min 15 s',
      '6 min 12 s',
      '1 h 30 min',
      '2 d 8 h',
    ])
    expect(formatLength(75, 'zh')).toBe('1 分 15 秒')
  })

  test('shares show how far they are from all and from nothing', () => {
    expect([1, 0, 0.5, 0.9996, 0.99959, 0.999995, 1 - 1e-9].map(each => formatShare(each, 'en'))).toEqual([
      '100 %',
      '0 %',
      '50 %',
      '99.96 %',
      '99.959 %',
      '99.9995 %',
      '99.9999999 %',
    ])
  })

  test('the page speaks the first language it knows', () => {
    expect(preferredLanguage(['fr', 'zh-TW', 'en'])).toBe('zh')
    expect(preferredLanguage(['fr'])).toBe('en')
  })
})
