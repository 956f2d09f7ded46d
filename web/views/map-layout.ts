/**
 * Where everything is on the map: regions around zones around data centres, racks as columns, hosts as cells stacked in them, on
 * whole pixels. Pure: entities and a size in, rectangles out.
 */
import type { Entities } from '../../sim/trace/entities.ts'

export interface MapBox {
  readonly entity: number
  readonly kind: 'region' | 'zone' | 'datacentre'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface MapLayout {
  readonly width: number
  readonly height: number
  /** Size of a host's cell, px; neighbours are one pitch apart. */
  readonly cell: { readonly width: number; readonly height: number }
  readonly pitch: { readonly x: number; readonly y: number }
  /** Regions before their zones before their data centres. */
  readonly boxes: readonly MapBox[]
  /** Hosts in the order of their numbers, and the left upper corner of each. */
  readonly hosts: Uint32Array
  readonly x: Float32Array
  readonly y: Float32Array
  /** Index of a host in the three columns above, by entity; −1 for others. */
  readonly indexOf: Int32Array
  /** The host, else the innermost box, at a point; 0 outside of everything. */
  at(x: number, y: number): number
  /** The nearest host in a direction from a host, or the host itself. */
  beside(host: number, dx: -1 | 0 | 1, dy: -1 | 0 | 1): number
}

interface Node {
  readonly entity: number
  readonly children: Node[]
  readonly hosts: number[]
  /** Of a data centre: the most hosts in any of its racks, which is the height of its rows. */
  tallest: number
}

const LABEL = 17
const PAD = 6
const GAP = 8
const AISLE = 4
const COLUMNS = [1, 2, 3, 4, 6, 8, 12, 16]
const ROWS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64]
const CELL_WIDTH_MAX = 18
const CELL_HEIGHT_MAX = 10

/** How regions, and the data centres of a zone, stand to each other, and in how many rows a data centre's racks stand. */
interface Arrangement {
  readonly regionsInRow: boolean
  /** Data centres of a zone side by side, before the next row of them. */
  readonly columns: number
  readonly rows: number
}

const gapX = (cell: number): number => (cell >= 6 ? 2 : cell >= 2 ? 1 : 0)
const gapY = (cell: number): number => (cell >= 3 ? 1 : 0)

/** Lays the hosts of a run out in `width` × `height` px; grows in height when not even one pixel for each fits. */
export function layOutMap(entities: Entities, width: number, height: number): MapLayout {
  const regions = treeOf(entities)
  const datacentres = regions.flatMap(region => region.children.flatMap(zone => zone.children))
  const racksMost = datacentres.reduce((most, datacentre) => Math.max(most, datacentre.children.length), 1)

  const datacentresMost = regions.reduce(
    (most, region) => region.children.reduce((more, zone) => Math.max(more, zone.children.length), most),
    1,
  )

  let best: { arrangement: Arrangement; cellWidth: number; cellHeight: number; score: number } | undefined
  for (const regionsInRow of regions.length > 1 ? [true, false] : [true]) {
    for (const columns of COLUMNS) {
      if (columns > datacentresMost) break
      for (const rows of ROWS) {
        if (rows > racksMost) break
        const arrangement = { regionsInRow, columns, rows }
        const fits = (cell: number, limit: number, axis: 'width' | 'height'): boolean =>
          sizeOf(regions, arrangement, cell, cell)[axis] <= limit
        let cellWidth = largest(CELL_WIDTH_MAX, cell => fits(cell, width, 'width'))
        let cellHeight = largest(CELL_HEIGHT_MAX, cell => fits(cell, height, 'height'))
        const score0 = cellWidth * cellHeight
        cellWidth = Math.min(cellWidth, Math.max(1, cellHeight) * 4)
        cellHeight = Math.min(cellHeight, Math.max(1, cellWidth))
        const score =
          score0 === 0
            ? -rows / 1e3 - Number(cellWidth === 0)
            : cellWidth * cellHeight + 4 * Math.min(cellWidth, cellHeight) - rows / 100
        if (best === undefined || score > best.score) best = { arrangement, cellWidth, cellHeight, score }
      }
    }
  }
  const arrangement = best?.arrangement ?? { regionsInRow: true, columns: 1, rows: 1 }
  const cellWidth = Math.max(1, best?.cellWidth ?? 1)
  const cellHeight = Math.max(1, best?.cellHeight ?? 1)
  return place(entities, regions, arrangement, cellWidth, cellHeight, width, height)
}

function largest(most: number, fits: (cell: number) => boolean): number {
  for (let cell = most; cell > 0; cell--) if (fits(cell)) return cell
  return 0
}

function treeOf(entities: Entities): Node[] {
  const nodes = new Map<number, Node>()
  const regions: Node[] = []
  for (let e = 1; e < entities.count; e++) {
    const kind = entities.kind(e)
    if (kind === 'host') {
      const rack = entities.parent(e)
      const hosts = nodes.get(rack)?.hosts ?? []
      hosts.push(e)
      const datacentre = nodes.get(entities.parent(rack))
      if (datacentre !== undefined) datacentre.tallest = Math.max(datacentre.tallest, hosts.length)
    }
    if (kind !== 'region' && kind !== 'zone' && kind !== 'datacentre' && kind !== 'rack') continue
    const node: Node = { entity: e, children: [], hosts: [], tallest: 0 }
    nodes.set(e, node)
    if (kind === 'region') regions.push(node)
    else nodes.get(entities.parent(e))?.children.push(node)
  }
  return regions
}

interface Size {
  readonly width: number
  readonly height: number
}

function datacentreSize(datacentre: Node, rows: number, cellWidth: number, cellHeight: number): Size {
  const perRow = Math.ceil(datacentre.children.length / rows)
  const used = Math.ceil(datacentre.children.length / Math.max(1, perRow))
  return {
    width: perRow * (cellWidth + gapX(cellWidth)) - gapX(cellWidth) + 2 * PAD,
    height: LABEL + used * datacentre.tallest * (cellHeight + gapY(cellHeight)) + (used - 1) * AISLE + PAD,
  }
}

function zoneSize(zone: Node, { columns, rows }: Arrangement, cellWidth: number, cellHeight: number): Size {
  const sizes = zone.children.map(datacentre => datacentreSize(datacentre, rows, cellWidth, cellHeight))
  const lines: Size[] = []
  for (let i = 0; i < sizes.length; i += columns) lines.push(inLine(sizes.slice(i, i + columns), true, GAP / 2))
  const { width, height } = inLine(lines, false, GAP / 2)
  return { width: width + 2 * PAD, height: height + LABEL + PAD }
}

function regionSize(region: Node, arrangement: Arrangement, cellWidth: number, cellHeight: number): Size {
  const sizes = region.children.map(zone => zoneSize(zone, arrangement, cellWidth, cellHeight))
  const { width, height } = inLine(sizes, true, GAP)
  return { width, height: height + LABEL }
}

function sizeOf(regions: readonly Node[], arrangement: Arrangement, cellWidth: number, cellHeight: number): Size {
  const sizes = regions.map(region => regionSize(region, arrangement, cellWidth, cellHeight))
  return inLine(sizes, arrangement.regionsInRow, GAP * 2)
}

function inLine(sizes: readonly Size[], inRow: boolean, gap: number): Size {
  const sum = (pick: (size: Size) => number): number =>
    sizes.reduce((total, size) => total + pick(size), 0) + Math.max(0, sizes.length - 1) * gap
  const most = (pick: (size: Size) => number): number => sizes.reduce((max, size) => Math.max(max, pick(size)), 0)
  return inRow
    ? { width: sum(size => size.width), height: most(size => size.height) }
    : { width: most(size => size.width), height: sum(size => size.height) }
}

function place(
  entities: Entities,
  regions: readonly Node[],
  arrangement: Arrangement,
  cellWidth: number,
  cellHeight: number,
  width: number,
  height: number,
): MapLayout {
  const hosts = Uint32Array.from(entities.all('host'))
  const indexOf = new Int32Array(entities.count).fill(-1)
  hosts.forEach((host, i) => {
    indexOf[host] = i
  })
  const x = new Float32Array(hosts.length)
  const y = new Float32Array(hosts.length)
  const boxes: MapBox[] = []
  const pitch = { x: cellWidth + gapX(cellWidth), y: cellHeight + gapY(cellHeight) }
  const racks: { entity: number; x: number; y: number; hosts: readonly number[] }[] = []
  const whole = sizeOf(regions, arrangement, cellWidth, cellHeight)

  // Room left over goes between the zones, so that the map ends where the page does.
  const zonesInRow = regions.reduce((most, region) => Math.max(most, region.children.length), 1)
  const spare = arrangement.regionsInRow && regions.length > 1 ? 0 : Math.max(0, Math.floor((width - whole.width) / zonesInRow))
  const top = Math.max(0, Math.min(8, Math.floor((height - whole.height) / 2)))

  let regionX = 0
  let regionY = top
  for (const region of regions) {
    const size = regionSize(region, arrangement, cellWidth, cellHeight)
    const grown = size.width + spare * region.children.length
    boxes.push({ entity: region.entity, kind: 'region', x: regionX, y: regionY, width: grown, height: size.height })
    let zoneX = regionX
    for (const zone of region.children) {
      const own = zoneSize(zone, arrangement, cellWidth, cellHeight)
      const zoneY = regionY + LABEL
      const zoneWidth = own.width + spare
      boxes.push({ entity: zone.entity, kind: 'zone', x: zoneX, y: zoneY, width: zoneWidth, height: size.height - LABEL })
      const inLineCount = Math.max(1, Math.min(arrangement.columns, zone.children.length))
      const boxWidth = Math.floor((zoneWidth - 2 * PAD - (inLineCount - 1) * (GAP / 2)) / inLineCount)
      let datacentreY = zoneY + LABEL
      let lineHeight = 0
      zone.children.forEach((datacentre, d) => {
        const inner = datacentreSize(datacentre, arrangement.rows, cellWidth, cellHeight)
        const column = d % arrangement.columns
        if (column === 0 && d > 0) {
          datacentreY += lineHeight + GAP / 2
          lineHeight = 0
        }
        lineHeight = Math.max(lineHeight, inner.height)
        const datacentreX = zoneX + PAD + column * (boxWidth + GAP / 2)
        const { entity } = datacentre
        boxes.push({ entity, kind: 'datacentre', x: datacentreX, y: datacentreY, width: boxWidth, height: inner.height })
        const left = Math.max(0, Math.floor((boxWidth - inner.width) / 2))
        const perRow = Math.max(1, Math.ceil(datacentre.children.length / arrangement.rows))
        datacentre.children.forEach((rack, i) => {
          const rackX = datacentreX + left + PAD + (i % perRow) * pitch.x
          const rackY = datacentreY + LABEL + Math.floor(i / perRow) * (datacentre.tallest * pitch.y + AISLE)
          racks.push({ entity: rack.entity, x: rackX, y: rackY, hosts: rack.hosts })
          rack.hosts.forEach((host, unit) => {
            x[indexOf[host]] = rackX
            y[indexOf[host]] = rackY + unit * pitch.y
          })
        })
      })
      zoneX += zoneWidth + GAP
    }
    if (arrangement.regionsInRow) regionX += grown + GAP * 2
    else regionY += size.height + GAP * 2
  }

  const contains = (box: MapBox, px: number, py: number): boolean =>
    px >= box.x && px < box.x + box.width && py >= box.y && py < box.y + box.height

  function at(px: number, py: number): number {
    let inside = 0
    for (const box of boxes) if (contains(box, px, py)) inside = box.entity
    if (inside === 0 || entities.kind(inside) !== 'datacentre') return inside
    for (const rack of racks) {
      if (px < rack.x || px >= rack.x + pitch.x || py < rack.y) continue
      const unit = Math.floor((py - rack.y) / pitch.y)
      if (unit < rack.hosts.length) return rack.hosts[unit]
    }
    return inside
  }

  function beside(host: number, dx: -1 | 0 | 1, dy: -1 | 0 | 1): number {
    const from = indexOf[host]
    if (from < 0) return hosts[0] ?? 0
    let nearest = host
    let distance = Infinity
    for (let i = 0; i < hosts.length; i++) {
      const along = (x[i] - x[from]) * dx + (y[i] - y[from]) * dy
      if (along <= 0) continue
      const aside = Math.abs((x[i] - x[from]) * dy) + Math.abs((y[i] - y[from]) * dx)
      const cost = along + aside * 8
      if (cost < distance) {
        distance = cost
        nearest = hosts[i]
      }
    }
    return nearest
  }

  return {
    width: Math.max(width, whole.width),
    height: Math.max(height, whole.height + top),
    cell: { width: cellWidth, height: cellHeight },
    pitch,
    boxes,
    hosts,
    x,
    y,
    indexOf,
    at,
    beside,
  }
}
