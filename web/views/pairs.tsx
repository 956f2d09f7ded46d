/** Two variants compared replication by replication: what chance did to both of them cancels. */
import { useSignal } from '@preact/signals'
import type { PairedCheck, PairReport, StudyReport } from '../worker/protocol.ts'
import { IntervalRow } from './interval-plot.tsx'
import { around, count, share, variantWord, words } from './speak.ts'
import { axisOf } from './study-layout.ts'

export function Pairs({ report: { variants, pairs } }: { report: StudyReport }) {
  const say = words()
  const places = useSignal<readonly [number, number]>([0, 1])
  if (variants.length < 2) return null
  const last = variants.length - 1
  const first = Math.min(places.value[0], last)
  const second = Math.min(places.value[1], last)
  const pair = pairs.find(one => one.first === variants[first].name && one.second === variants[second].name)
  const other = pairs.find(one => one.first === variants[second].name && one.second === variants[first].name)
  const shown = pair ?? (other === undefined ? undefined : turned(other))
  const choice = (which: 0 | 1, label: string) => (
    <select
      aria-label={label}
      value={which === 0 ? first : second}
      onChange={event => {
        const chosen = Number(event.currentTarget.value)
        const rest = which === 0 ? second : first
        // Choosing the other one turns the pair round.
        const against = rest === chosen ? (which === 0 ? first : second) : rest
        places.value = which === 0 ? [chosen, against] : [against, chosen]
      }}
    >
      {variants.map(({ name }, place) => (
        <option key={name} value={place}>
          {variantWord(name)}
        </option>
      ))}
    </select>
  )
  return (
    <section class="pairs" aria-labelledby="pairs-title">
      <h2 id="pairs-title">{say.pairTitle}</h2>
      <p class="pair-choice">
        {choice(1, say.pairSecond)} {say.pairMinus} {choice(0, say.pairFirst)}
      </p>
      {shown === undefined || shown.checks.length === 0 ? (
        <p class="quiet">{say.nothingInCommon}</p>
      ) : (
        <table class="compared">
          <thead>
            <tr class="small">
              <th scope="col">
                <span class="hidden">{say.regionChecks}</span>
              </th>
              <td />
              <th scope="col">{say.colDifference}</th>
              <th scope="col">{say.colBetter}</th>
            </tr>
          </thead>
          <tbody>
            {shown.checks.map(check => (
              <PairRow key={check.id} check={check} first={shown.first} second={shown.second} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function PairRow({ check, first, second }: { check: PairedCheck; first: string | null; second: string | null }) {
  const say = words()
  const { id, unit, difference, secondBetter, firstBetter, varianceReduction, n } = check
  const text = difference === null ? null : around(difference, unit, true)
  const said = text === null ? (n === 0 ? say.nothingToMeasure : say.never) : `${text.value} ${text.around}`
  const reach = difference === null ? [] : [difference.value, difference.low, difference.high].filter(value => value !== null)
  const widest = Math.max(...reach.map(Math.abs), 0) || 1
  const better = [
    [second, secondBetter],
    [first, firstBetter],
  ] as const
  const wins = better.flatMap(([name, odds]) =>
    odds === null || odds.value === 0 ? [] : [{ name: variantWord(name), odds, text: around(odds, 'ratio') }],
  )
  return (
    <tr>
      <th scope="row">{id}</th>
      <td class="plot-cell">
        <IntervalRow
          axis={axisOf([-widest, widest], 'linear', 'count')}
          mean={difference}
          zero={0}
          tone="told"
          label={`${id}: ${said}`}
        />
      </td>
      <td class="number">
        {text === null ? (
          <span class="quiet">{said}</span>
        ) : (
          <>
            <b>{text.value}</b> <span class="quiet small block">{text.around}</span>
            {varianceReduction !== null && (
              <span class="quiet small block" title={say.reductionHint}>
                {say.reduction(count(varianceReduction, 1))}
              </span>
            )}
          </>
        )}
      </td>
      <td>
        {secondBetter !== null && wins.length === 0 && <span class="quiet">{say.asGood}</span>}
        {wins.map(({ name, odds, text: { around: may } }) => (
          <span key={name} class="block">
            {name}
            <span class="quiet small block">
              {say.betterIn(share(odds.value))} {may === '' ? '' : `(${may})`}
            </span>
          </span>
        ))}
      </td>
    </tr>
  )
}

/** The pair the other way round. */
function turned({ first, second, checks }: PairReport): PairReport {
  const negated = (value: number | null): number | null => (value === null ? null : -value)
  return {
    first: second,
    second: first,
    checks: checks.map(check => ({
      ...check,
      difference:
        check.difference === null
          ? null
          : { value: -check.difference.value, low: negated(check.difference.high), high: negated(check.difference.low) },
      secondBetter: check.firstBetter,
      firstBetter: check.secondBetter,
    })),
  }
}
