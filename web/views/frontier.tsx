/** What variants cost against how available they are. */
import type { FrontierRow, StudyReport } from '../worker/protocol.ts'
import { around, count, share, variantWord, words } from './speak.ts'
import { costOf, cutText, layOutFrontier, roomyTicks, widthOfText } from './study-layout.ts'

const WIDTH = 248
const HEIGHT = 168
/** Room for the axes: of availabilities on the left, of costs below. */
const LEFT = 60
const BELOW = 20
const ABOVE = 10
const RIGHT = 8

const widthOf = (row: FrontierRow): number => widthOfText(variantWord(row.variant))

export function Frontier({ report: { frontier, variants } }: { report: StudyReport }) {
  const say = words()
  if (variants.length < 2) return null
  if (frontier.length === 0) return null
  const { points, x, y } = layOutFrontier(frontier, WIDTH, HEIGHT, widthOf)
  const isRelative = frontier[0].cost !== null
  return (
    <section class="frontier" aria-labelledby="frontier-title">
      <h2 id="frontier-title">{say.frontierTitle}</h2>
      <svg
        viewBox={`0 0 ${LEFT + WIDTH + RIGHT} ${ABOVE + HEIGHT + BELOW}`}
        width={LEFT + WIDTH + RIGHT}
        height={ABOVE + HEIGHT + BELOW}
        role="img"
        aria-label={say.frontierTitle}
        aria-describedby="frontier-table"
      >
        <g transform={`translate(${LEFT} ${ABOVE})`}>
          {y.ticks.map(tick => {
            const at = HEIGHT - y.place(tick) * HEIGHT
            return (
              <g key={tick}>
                <line class="grid" x1={0} x2={WIDTH} y1={at} y2={at} />
                <text class="tick" x={-8} y={at} dy="0.32em" text-anchor="end">
                  {share(tick)}
                </text>
              </g>
            )
          })}
          {roomyTicks(x, WIDTH, () => 40).map(tick => (
            <text key={tick} class="tick" x={x.place(tick) * WIDTH} y={HEIGHT + 16} text-anchor="middle">
              {isRelative ? `× ${count(tick, 2)}` : count(tick)}
            </text>
          ))}
          <line class="axis-line" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
          {points.map(({ row, x: at, y: middle, low, high, labelX, labelY, anchor, room }) => (
            <g key={row.variant} class={row.dominated ? 'is-dominated' : ''}>
              {Math.abs(labelY - middle) > 14 && <line class="leader" x1={at} x2={labelX} y1={middle} y2={labelY} />}
              <line class="sure" x1={at} x2={at} y1={low} y2={high} />
              <circle cx={at} cy={middle} r={4} />
              <text class="name" x={labelX} y={labelY} dy="0.32em" text-anchor={anchor}>
                {cutText(variantWord(row.variant), room)}
              </text>
            </g>
          ))}
        </g>
      </svg>
      <p class="quiet small">
        {say.frontierAvailability(frontier[0].id)} · {isRelative ? say.frontierCost : say.frontierHours}
        {frontier.some(({ dominated }) => dominated) && ` · ${say.dominated}`}
      </p>
      <table id="frontier-table" class="hidden">
        <tbody>
          {frontier.map(row => (
            <tr key={row.variant}>
              <th scope="row">{variantWord(row.variant)}</th>
              <td>{isRelative ? `× ${count(costOf(row), 2)}` : count(row.instanceHours)}</td>
              <td>{row.availability === null ? '–' : Object.values(around(row.availability, 'ratio')).join(' ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
