/**
 * Draws the map: hosts as pixels, instances as marks on them, boxes and names around. Draws whatever it is given, in any order;
 * remembers only what is already on the canvas.
 */
import { select as d3select } from 'd3'
import type { Instant } from '../state/replay.ts'
import type { Run } from '../state/run.ts'
import { STATE } from '../state/states.ts'
import { layOutMap, type MapBox, type MapLayout } from './map-layout.ts'
import { pixelOf, type Theme } from './theme.ts'

export interface MapProps {
  readonly run: Run
  readonly now: Instant
  readonly width: number
  readonly height: number
  readonly theme: Theme
  /** Service whose instances are marked; 0 for none. */
  readonly service: number
  readonly selected: number
  /** Name and count shown in a box. */
  readonly label: (box: MapBox) => {
    readonly name: string
    readonly detail: string
    readonly isHurt: boolean
  }
}

export interface MapView {
  update(props: MapProps): void
  layout(): MapLayout | undefined
  destroy(): void
}

export function createMap(parent: Element): MapView {
  const root = d3select(parent)
  const scale = Math.max(1, Math.round(devicePixelRatio))
  const svg = root.append('svg').attr('class', 'map-boxes').attr('aria-hidden', 'true')
  const cells = root.append('canvas').attr('class', 'map-cells').node() as HTMLCanvasElement
  const marks = root.append('canvas').attr('class', 'map-marks').node() as HTMLCanvasElement
  const cellsContext = cells.getContext('2d') as CanvasRenderingContext2D
  const marksContext = marks.getContext('2d') as CanvasRenderingContext2D

  let layout: MapLayout | undefined
  let of: { run: Run; width: number; height: number; theme: Theme } | undefined
  let image: ImageData | undefined
  let pixels = new Uint32Array()
  let palette: number[] = []
  let drawn = new Uint8Array() // state of each host as it is on the canvas; 255 for not at all

  function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
    canvas.width = width * scale
    canvas.height = height * scale
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }

  function prepare({ run, width, height, theme }: MapProps): MapLayout {
    const isSame = of?.run === run && of.width === width && of.height === height
    if (layout === undefined || !isSame) {
      layout = layOutMap(run.recording.entities, width, height)
      resize(cells, layout.width, layout.height)
      resize(marks, layout.width, layout.height)
      svg.attr('width', layout.width).attr('height', layout.height)
      image = cellsContext.createImageData(cells.width, cells.height)
      pixels = new Uint32Array(image.data.buffer)
      drawn = new Uint8Array(layout.hosts.length).fill(255)
    }
    if (!isSame || of?.theme !== theme) {
      palette = theme.states.map(pixelOf)
      drawn.fill(255)
    }
    of = { run, width, height, theme }
    return layout
  }

  function drawCells({ hosts, x, y, cell }: MapLayout, { state }: Instant): void {
    if (image === undefined) return
    const stride = cells.width
    const cellWidth = cell.width * scale
    const cellHeight = cell.height * scale
    let isDirty = false
    for (let i = 0; i < hosts.length; i++) {
      const is = state[hosts[i]]
      if (drawn[i] === is) continue
      drawn[i] = is
      isDirty = true
      const colour = palette[is]
      let from = y[i] * scale * stride + x[i] * scale
      for (let line = 0; line < cellHeight; line++, from += stride) pixels.fill(colour, from, from + cellWidth)
    }
    if (isDirty) cellsContext.putImageData(image, 0, 0)
  }

  function drawMarks(at: MapLayout, { run, now, service, theme, selected }: MapProps): void {
    const context = marksContext
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.clearRect(0, 0, at.width, at.height)
    if (service > 0 && at.cell.width >= 3) {
      const size = Math.min(at.cell.height, 6)
      for (const instance of run.instancesOf(service)) {
        const i = at.indexOf[now.where[instance]]
        const is = now.state[instance]
        if (i === undefined || i < 0 || is === STATE.absent) continue
        context.fillStyle = is === STATE.up ? theme.mark : theme.states[is === STATE.dark ? STATE.down : is]
        context.fillRect(at.x[i] + Math.floor((at.cell.width - size) / 2), at.y[i] + (at.cell.height - size) / 2, size, size)
      }
    }
    ring(at, run, run.recording.entities.kind(selected) === 'instance' ? now.where[selected] : selected, theme)
  }

  /** A line around what is selected: a host, a rack, or a box. */
  function ring(at: MapLayout, run: Run, selected: number, theme: Theme): void {
    if (selected === 0) return
    const { entities } = run.recording
    const context = marksContext
    context.strokeStyle = theme.accent
    context.lineWidth = 2
    const outline = (x: number, y: number, width: number, height: number): void => {
      context.strokeRect(x - 2, y - 2, width + 4, height + 4)
    }
    const kind = entities.kind(selected)
    const box = at.boxes.find(one => one.entity === selected)
    if (box !== undefined) context.strokeRect(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
    else if (kind === 'host') {
      const i = at.indexOf[selected]
      outline(at.x[i], at.y[i], at.cell.width, at.cell.height)
    } else if (kind === 'rack') {
      const hosts = run.replay.hostsOf(selected)
      const i = at.indexOf[hosts[0]]
      if (hosts.length > 0) outline(at.x[i], at.y[i], at.cell.width, hosts.length * at.pitch.y - (at.pitch.y - at.cell.height))
    }
  }

  function drawBoxes({ boxes }: MapLayout, { label }: MapProps): void {
    const groups = svg
      .selectAll<SVGGElement, MapBox>('g')
      .data(boxes, box => box.entity)
      .join(enter => {
        const group = enter.append('g').attr('class', box => `map-box map-${box.kind}`)
        group.append('rect')
        const text = group.append('text')
        text.append('tspan').attr('class', 'map-name')
        text.append('tspan').attr('class', 'map-detail').attr('dx', 8)
        return group
      })
      .attr('transform', box => `translate(${box.x},${box.y})`)
    groups
      .select('rect')
      .attr('width', box => box.width)
      .attr('height', box => box.height)
    groups
      .select('text')
      .attr('x', box => (box.kind === 'region' ? 0 : 6))
      .attr('y', 13)
    groups.each(function (box) {
      const { name, detail, isHurt } = label(box)
      const text = d3select(this).select('text')
      text.select('.map-name').text(name)
      d3select(this).classed('is-hurt', isHurt)
      text.select('.map-detail').text(name.length * 7 + detail.length * 7 > box.width - 12 ? '' : detail)
    })
  }

  return {
    update(props) {
      const at = prepare(props)
      drawCells(at, props.now)
      drawMarks(at, props)
      drawBoxes(at, props)
    },
    layout: () => layout,
    destroy: () => {
      svg.remove()
      cells.remove()
      marks.remove()
    },
  }
}
