/** The page's colours for canvases: read from the style sheet, so that there is one place that says what a state looks like. */
import { signal } from '@preact/signals'
import { STATES } from '../state/states.ts'

export interface Theme {
  /** Colour of each state, by number. */
  readonly states: readonly string[]
  readonly ground: string
  readonly panel: string
  readonly line: string
  readonly ink: string
  readonly faint: string
  readonly accent: string
  /** Of how long answers take. */
  readonly latency: string
  /** Of instances that are up, on their hosts. */
  readonly mark: string
}

function read(): Theme {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    states: STATES.map(colour),
    ground: colour('ground'),
    panel: colour('panel'),
    line: colour('line'),
    ink: colour('ink'),
    faint: colour('faint'),
    accent: colour('accent'),
    latency: colour('latency'),
    mark: colour('mark'),
  }
}

export const theme = signal<Theme>(read())

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  theme.value = read()
})

/** `#rrggbb` as one little-endian pixel of image data. */
export function pixelOf(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16)
  return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >>> 16)) >>> 0
}
