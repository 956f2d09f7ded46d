/** How independent are your zones really? One slider: the share of failures that strike all copies at once. */
import { useSignal } from '@preact/signals'
import type { CopiesReport } from '../worker/protocol.ts'
import { type CopiesRow, copiesRows, DAY, IMPLIED, STEPS, shareAt, stepOf } from './promises-layout.ts'
import { count, length, share, words } from './speak.ts'
import { axisOf } from './study-layout.ts'

/** Availabilities of one zone to choose from; the first is that of the published table. */
const ZONES = [0.99, 0.995, 0.999, 0.9995] as const
/** From one nine and a half to seven: what lies beyond is at the end. */
const AXIS = axisOf([0.97, 1 - 1e-7], 'nines', 'ratio')
const MONTH = 30

export function Independence({ own }: { own: readonly CopiesReport[] }) {
  const say = words()
  const zone = useSignal<number>(ZONES[0])
  const common = useSignal(IMPLIED.zone)
  const shapes = own.map(({ zones, needed }) => ({ zones, needed, regions: 1 }))
  const rows = copiesRows(zone.value, common.value, shapes)
  const step = stepOf(common.value)
  const marks = [
    [IMPLIED.zone, say.zonesAsPublished(share(IMPLIED.zone))],
    [IMPLIED.region, say.regionsAsPublished(share(IMPLIED.region))],
  ] as const
  const nameOf = ({ zones, needed, regions }: CopiesRow, at: number): string => {
    const mine = own[at - (rows.length - own.length)]
    if (mine !== undefined) return say.ownCopies(mine.service, String(zones), String(needed))
    return regions > 1 ? say.regionsOfZones(String(regions), String(zones)) : say.zonesOf(zones)
  }
  return (
    <section class="independence" aria-labelledby="independence-title">
      <h2 id="independence-title">{say.independenceTitle}</h2>
      <p class="lead">{say.independenceWhat}</p>
      <div class="common">
        <label for="common">{say.commonShare}</label>
        <output for="common" class="figure" data-testid="common">
          {share(common.value)}
        </output>
        <input
          id="common"
          type="range"
          min={0}
          max={STEPS}
          step={1}
          value={Math.round(step)}
          aria-valuetext={say.commonText(share(common.value))}
          onInput={event => {
            common.value = shareAt(event.currentTarget.valueAsNumber)
          }}
        />
        <div class="common-marks small">
          {marks.map(([at, text], side) => (
            <button
              key={text}
              type="button"
              title={say.whereAsPublished}
              class={`link ${side === 0 ? 'is-before' : 'is-after'}`}
              style={{ left: `calc(8px + (100% - 16px) * ${stepOf(at) / STEPS})` }}
              onClick={() => {
                common.value = at
              }}
            >
              {text}
            </button>
          ))}
        </div>
        <div class="common-ends small quiet">
          <span>{say.nothingShared}</span>
          <span>{say.whereAsPublished}</span>
          <span>{say.everythingShared}</span>
        </div>
      </div>
      <table class="copies">
        <thead>
          <tr class="small">
            <th scope="col">{say.colCopies}</th>
            <th scope="col">{say.colCost}</th>
            <th scope="col">{say.colPublished}</th>
            <th scope="col">{say.colShared}</th>
            <th scope="col">{say.colMonth(String(MONTH))}</th>
            <th scope="col" class="plot-cell">
              <Nines />
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => {
            const name = nameOf(row, at)
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{say.timesCost(count(row.cost, 2))}</td>
                <td>{row.published === null ? '–' : share(row.published)}</td>
                <td>
                  <b>{share(row.availability)}</b>
                </td>
                <td>{length((1 - row.availability) * MONTH * DAY)}</td>
                <td class="plot-cell">
                  <Reach row={row} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p class="quiet small">{say.reachKey}</p>
      <label class="zone-choice">
        {say.oneZoneIs}{' '}
        <select
          value={zone.value}
          onChange={event => {
            zone.value = Number(event.currentTarget.value)
          }}
        >
          {ZONES.map(one => (
            <option key={one} value={one}>
              {share(one)}
            </option>
          ))}
        </select>
      </label>
      <p class="lead">{say.noSingleShare(share(IMPLIED.zone), share(IMPLIED.region), share(IMPLIED.coverage))}</p>
      <p class="quiet small">{say.publishedSource}</p>
    </section>
  )
}

const percent = (value: number): string => `${(AXIS.place(value) * 100).toFixed(3)}%`

/** From everything shared to nothing; where the slider stands; what was published. */
function Reach({ row: { availability, best, worst, published } }: { row: CopiesRow }) {
  return (
    <svg class="interval told" width="100%" height={24} aria-hidden="true">
      <line class="most" x1={percent(worst)} x2={percent(best)} y1={12} y2={12} />
      {published !== null && <circle class="ring" cx={percent(published)} cy={12} r={6} />}
      <circle cx={percent(availability)} cy={12} r={4} />
    </svg>
  )
}

function Nines() {
  return (
    <span class="axis-row quiet" aria-hidden="true">
      {[0.99, 0.999, 0.9999, 0.99999, 0.999999].map(tick => (
        <span key={tick} style={{ left: percent(tick), transform: 'translateX(-50%)' }}>
          {count(-Math.log10(1 - tick))}
        </span>
      ))}
    </span>
  )
}
