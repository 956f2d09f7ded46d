/** One row of an interval plot: mean and interval, where most runs lie, and the limit; and the axis that rows share. */
import type { CheckSummary, Interval } from '../worker/protocol.ts'
import { measured } from './speak.ts'
import type { Axis } from './study-layout.ts'

const HEIGHT = 24

const percent = (place: number): string => `${(place * 100).toFixed(3)}%`

interface Spread {
  readonly mean: Interval | null
  /** Where most runs lie; a null end is beyond the axis. */
  readonly most?: readonly [number, number | null] | undefined
  readonly limit?: CheckSummary['limit'] | undefined
  /** A line of reference, such as no difference. */
  readonly zero?: number | undefined
  readonly tone: 'good' | 'bad' | 'unsure' | 'told'
  readonly label: string
}

/** Purely a picture: the numbers stand beside it. */
export function IntervalRow({ axis, mean, most, limit, zero, tone, label }: Spread & { readonly axis: Axis }) {
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
      {mean !== null && <circle cx={at(mean.value)} cy={middle} r={4} />}
    </svg>
  )
}

/** Values along the axis; those at its ends stay inside. */
export function AxisRow({ axis, unit }: { axis: Axis; unit: CheckSummary['unit'] }) {
  return (
    <span class="axis-row small quiet" aria-hidden="true">
      {axis.ticks.map(tick => {
        const place = axis.place(tick)
        const shift = place < 0.08 ? 0 : place > 0.92 ? -100 : -50
        return (
          <span key={tick} style={{ left: percent(place), transform: `translateX(${shift}%)` }}>
            {measured(tick, unit)}
          </span>
        )
      })}
    </span>
  )
}
