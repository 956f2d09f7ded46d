/** How an expectation turned out, as a sign and a word; the same wherever one is judged. */
import type { CheckReport } from '../worker/protocol.ts'
import { words } from './speak.ts'

export type Tone = 'good' | 'bad' | 'unsure' | 'told'

const TONES: Readonly<Record<CheckReport['outcome'], Tone>> = { met: 'good', unmet: 'bad', open: 'unsure', shown: 'told' }

export const toneOf = (outcome: CheckReport['outcome']): Tone => TONES[outcome]

export function Verdict({ verdict, outcome }: Pick<CheckReport, 'verdict' | 'outcome'>) {
  const say = words()
  const word = {
    pass: say.verdictPass,
    fail: say.verdictFail,
    inconclusive: say.verdictInconclusive,
    vacuous: say.verdictVacuous,
  }[verdict]
  const tone = toneOf(outcome)
  return (
    <span class={`verdict ${tone}`}>
      <Mark tone={tone} /> {outcome === 'shown' ? say.notJudged : word}
    </span>
  )
}

function Mark({ tone }: { tone: Tone }) {
  const shape = {
    good: 'M1.500 6.500 4.500 9.500 10.500 2.500',
    bad: 'M2 2l8 8M10 2l-8 8',
    unsure: 'M2 6h8',
    told: 'M5 6h2',
  }[tone]
  return (
    <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true">
      <path d={shape} fill="none" stroke="currentColor" stroke-width="2" />
    </svg>
  )
}
