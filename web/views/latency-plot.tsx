/** How latencies are distributed, and the times within which half, 99 % and 99.9 % of the answers came. */
import { scaleLog } from 'd3'
import { timeWithin } from '../../sim/trace/buckets.ts'
import { countsOf, intervalAt, intervalsBy, SHARES } from '../state/latencies.ts'
import type { Run } from '../state/run.ts'
import { barsOf } from './latency-layout.ts'
import { count, length, moment, percentile, words } from './speak.ts'
import { logTicks } from './track-layout.ts'

const WIDTH = 320
const HEIGHT = 88
const BASE = HEIGHT - 16
/** Half of what the text of a tick takes, px. */
const MARGIN = 20

interface LatencyPlotProps {
  readonly run: Run
  readonly entity: number
  /** The playhead, s. */
  readonly now: number
}

/** The answers of the interval at the playhead, and those of the whole run behind them; nothing where no rows tell. */
export function LatencyPlot({ run: { recording, latencies, scenario }, entity, now }: LatencyPlotProps) {
  const say = words()
  const own = latencies.get(entity)
  if (own === undefined) return null
  const { entities } = recording
  const isPath = entities.kind(entity) === 'queue'
  const title = isPath ? say.latenciesOf(entities.name(entity)) : say.latencies
  const { interval, warmup } = scenario
  const told = intervalAt(own, interval, now)
  const ofInterval = countsOf(recording, own, told, told < 0 ? told : told + 1)
  const ofRun = countsOf(recording, own, intervalsBy(own.ends, warmup), own.ends.length)
  const bars = { interval: barsOf(ofInterval), run: barsOf(ofRun) }
  const all = [...bars.interval, ...bars.run]
  if (all.length === 0) return null
  const domain = [Math.min(...all.map(bar => bar.from)), Math.max(...all.map(bar => bar.to))] as const
  const x = scaleLog(domain, [0, WIDTH])
  const highest = Math.max(...all.map(bar => bar.density))
  // What is rare still shows.
  const up = (density: number): number => (density === 0 ? BASE : BASE - Math.max(1.5, (density / highest) * (BASE - 4)))
  const outline = bars.run.map(({ from, to, density }) => `L${x(from)} ${up(density)}H${x(to)}`).join('')
  const first = bars.run[0]
  const last = bars.run[bars.run.length - 1]
  return (
    <section aria-label={title} class="latency" data-testid="latency">
      <h2>{title}</h2>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={say.latencyPlot}>
        {logTicks(domain).map(tick => (
          <g key={tick}>
            <line class="tick" x1={x(tick)} x2={x(tick)} y1={0} y2={BASE} />
            <text
              x={x(tick)}
              y={HEIGHT - 3}
              text-anchor={x(tick) < MARGIN ? 'start' : x(tick) > WIDTH - MARGIN ? 'end' : 'middle'}
            >
              {length(tick)}
            </text>
          </g>
        ))}
        {bars.interval.map(({ from, to, density }) => (
          <rect key={from} x={x(from)} width={Math.max(1, x(to) - x(from))} y={up(density)} height={BASE - up(density)} />
        ))}
        {first !== undefined && <path class="run" d={`M${x(first.from)} ${BASE}${outline}L${x(last.to)} ${BASE}`} />}
        {SHARES.map((share, line) => {
          const within = timeWithin(told < 0 ? ofRun : ofInterval, share)
          return (
            within !== null && (
              <line key={share} class={`mark percentile-${line}`} x1={x(within)} x2={x(within)} y1={0} y2={BASE} />
            )
          )
        })}
      </svg>
      <table class="small">
        <thead>
          <tr>
            <td />
            <th scope="col">{told < 0 ? '' : say.latencyInterval(length(interval), moment(own.ends[told], true))}</th>
            <th scope="col">{warmup > 0 ? say.latencyRunFrom(moment(warmup)) : say.latencyRun}</th>
          </tr>
        </thead>
        <tbody>
          {SHARES.map((share, line) => (
            <tr key={share}>
              <th scope="row" class="percentile">
                <svg viewBox="0 0 16 8" aria-hidden="true">
                  <path class={`percentile-${line}`} d="M0 4h16" />
                </svg>
                {percentile(share)}
              </th>
              {[ofInterval, ofRun].map((counts, column) => (
                <td key={column === 0 ? 'interval' : 'run'}>{text(timeWithin(counts, share))}</td>
              ))}
            </tr>
          ))}
          <tr class="quiet">
            <th scope="row">{isPath ? say.inputsOutputs : say.answers}</th>
            {[ofInterval, ofRun].map((counts, column) => (
              <td key={column === 0 ? 'interval' : 'run'}>{count(counts.reduce((sum, one) => sum + one, 0))}</td>
            ))}
          </tr>
        </tbody>
      </table>
      {told < 0 && <p class="quiet small">{say.noAnswers}</p>}
    </section>
  )
}

const text = (seconds: number | null): string => (seconds === null ? '–' : length(seconds))
