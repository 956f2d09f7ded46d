/** One row of an interval plot: mean and interval, where most runs lie, and the limit; and the axis that rows share. */
import type { CheckSummary, Interval } from '../worker/protocol.ts'
import { measured } from './speak.ts'
import { type Axis, roomyTicks, widthOfText } from './study-layout.ts'

const HEIGHT = 24

const percent = (place: number): string => `${(place * 100).toFixed(3)}%`

interface Spread {
  readonly mean: Interval | null
  /** Where most runs lie; a null end is beyond the axis. */
  readonly most?: readonly [number, number | null] | undefined
  readonly limit?: CheckSummary['limit'] | undefined
  /** What theory says. */
  readonly theory?: number | null | undefined
  /** A line of reference, such as no difference. */
  readonly zero?: number | undefined
  readonly tone: 'good' | 'bad' | 'unsure' | 'told'
  readonly label: string
}

/** Purely a picture: the numbers stand beside it. */
export function IntervalRow({ axis, mean, most, limit, theory, zero, tone, label }: Spread & { readonly axis: Axis }) {
  const at = (value: number): string => percent(axis.place(value))
  const limits = limit === null || limit === undefined ? [] : typeof limit === 'number' ? [limit] : limit
  const middle = HEIGHT / 2
  return (
    <svg class={`interval ${tone}`} width="100%" height={HEIGHT} role="img" aria-label={label}>
      {zero !== undefined && <line class="zero" x1={at(zero)} x2={at(zero)} y1={0} y2={HEIGHT} />}
      {limits.map(one => (
        <line key={one} class="limit" x1={at(one)} x2={at(one)} y1={0} y2={HEIGHT} />
      ))}
      {most !== undefined && (
        <line class="most" x1={at(most[0])} x2={most[1] === null ? '100%' : at(most[1])} y1={middle} y2={middle} />
      )}
      {mean !== null && mean.low !== null && mean.high !== null && (
        <line class="sure" x1={at(mean.low)} x2={at(mean.high)} y1={middle} y2={middle} />
      )}
      {theory != null && <circle class="ring" cx={at(theory)} cy={middle} r={7} />}
      {mean !== null && <circle cx={at(mean.value)} cy={middle} r={4} />}
    </svg>
  )
}

/** Room that the narrowest plots have, px: no more ticks than fit into it. */
const NARROW = 220

/** Values along the axis; those at its ends stay inside. Of yes and no the shares are shown. */
export function AxisRow({ axis, unit }: { axis: Axis; unit: CheckSummary['unit'] }) {
  const textOf = (tick: number): string => measured(tick, unit === 'flag' ? 'ratio' : unit)
  return (
    <span class="axis-row small quiet" aria-hidden="true">
      {roomyTicks(axis, NARROW, tick => widthOfText(textOf(tick))).map(tick => {
        const place = axis.place(tick)
        const shift = place < 0.1 ? 0 : place > 0.9 ? -100 : -50
        return (
          <span key={tick} style={{ left: percent(place), transform: `translateX(${shift}%)` }}>
            {textOf(tick)}
          </span>
        )
      })}
    </span>
  )
}
