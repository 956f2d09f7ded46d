/** What theory says next to what was simulated, whether they agree, and why they may not. */
import { language } from '../state/store.ts'
import type { CheckReport, Theory } from '../worker/protocol.ts'
import { measured, words } from './speak.ts'

/** The closed form in one line; its formula and what it takes for granted can be had. */
export function TheoryLine({ theory, unit }: { theory: Theory; unit: CheckReport['unit'] }) {
  const say = words()
  const { value, verdict, formula, assumptions } = theory
  const said = value !== null ? measured(value, unit) : verdict === 'fail' ? say.verdictFail : say.verdictPass
  return (
    <details class="theory small">
      <summary>
        {say.byFormula} <b>{said}</b> <Badge theory={theory} />
      </summary>
      <p>{formula[language.value]}</p>
      <p class="quiet">{say.takenForGranted}</p>
      <ul class="quiet">
        {assumptions.map(one => (
          <li key={one.en}>{one[language.value]}</li>
        ))}
      </ul>
    </details>
  )
}

function Badge({ theory: { agrees, reason } }: { theory: Theory }) {
  const say = words()
  const why =
    reason === null
      ? ''
      : {
          capacity: say.reasonCapacity,
          correlation: say.reasonCorrelation,
          dependencies: say.reasonDependencies,
          detection: say.reasonDetection,
          'one-run': say.reasonOneRun,
        }[reason]
  if (agrees === true) return <span class="badge said-good">{say.theoryAgrees}</span>
  if (agrees === null) return <span class="badge quiet">{why}</span>
  return (
    <span class="badge said-unsure">
      {say.theoryDiffers}
      {why === '' ? '' : `: ${why}`}
    </span>
  )
}
