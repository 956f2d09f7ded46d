/** The question, what was expected and how it turned out, and what strikes. */
import { faultLanes } from '../state/lanes.ts'
import { MEASURES } from '../state/replay.ts'
import { lanedState, type Run } from '../state/run.ts'
import { STATES } from '../state/states.ts'
import { instant, jump, language, run, select, selection } from '../state/store.ts'
import type { CheckReport } from '../worker/protocol.ts'
import { Glyph } from './glyph.tsx'
import { asked, count, length, measured, moment, stateWord, words } from './speak.ts'
import { TheoryLine } from './theory.tsx'
import { Verdict } from './verdict.tsx'

export function ScenarioPanel() {
  const current = run.value
  if (current === null) return null
  const say = words()
  const { scenario, checks, faults, recording } = current
  const judged = checks.filter(check => check.outcome !== 'shown')
  const good = checks.filter(check => check.outcome === 'met')
  return (
    <div class="scenario">
      <section aria-label={say.regionScenario}>
        <p class="title">{scenario.title[language.value]}</p>
        {scenario.question !== null && <p class="question">{scenario.question[language.value]}</p>}
        <p class="quiet small">{say.runFacts(count(current.hosts), count(current.events), length(current.wall))}</p>
      </section>
      <section aria-labelledby="checks-title">
        <h2 id="checks-title">
          {say.regionChecks}
          {checks.length > 0 && ` · ${say.tally(count(good.length), count(judged.length))}`}
        </h2>
        {checks.length === 0 && <p class="quiet">{say.noExpectations}</p>}
        <ul class="checks">
          {checks.map(check => (
            <CheckLine key={check.id} check={check} run={current} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="faults-title">
        <h2 id="faults-title">{say.regionFaults}</h2>
        {faults.length === 0 && <p class="quiet">{say.noFaults}</p>}
        <ul class="fault-list">
          {faultLanes(faults).map(({ entity, spans }) => {
            const [{ from, row }] = spans
            const to = Math.max(...spans.map(span => span.to))
            return (
              <li key={entity}>
                <button
                  type="button"
                  class="link"
                  aria-current={selection.value?.entity === entity ? 'true' : undefined}
                  onClick={() => select(entity, row)}
                >
                  <Glyph state="active" /> {recording.entities.id(entity)}
                </button>
                <span class="when quiet small">
                  {spans.length > 1 && `${say.times(count(spans.length))} · `}
                  {to < scenario.horizon ? say.faultFrom(moment(from), moment(to)) : say.faultAt(moment(from))}
                </span>
              </li>
            )
          })}
        </ul>
      </section>
      <Services run={current} />
      {scenario.notices.length > 0 && (
        <section aria-labelledby="notices-title">
          <h2 id="notices-title">{say.notices}</h2>
          {scenario.notices.map(notice => (
            <p key={notice} lang="en" class="quiet small">
              {notice}
            </p>
          ))}
        </section>
      )}
    </div>
  )
}

/** Who serves and who asks, and how they are now. */
function Services({ run: current }: { run: Run }) {
  const say = words()
  const at = instant.value
  if (at === null) return null
  const { scenario, recording, replay } = current
  const { entities } = recording
  const { state, measures, time } = at.now
  const things = [...scenario.services.map(service => service.entity), ...entities.all('client')].filter(entity => entity > 0)
  if (things.length === 0) return null
  return (
    <section aria-labelledby="services-title">
      <h2 id="services-title">{say.regionServices}</h2>
      <ul class="fault-list">
        {things.map(entity => {
          const is = STATES[lanedState(current, entity, time)?.state ?? state[entity]]
          const [up, wanted] = measures.subarray(replay.slot[entity] * MEASURES)
          const isCounted = entities.kind(entity) === 'service' && wanted > 0
          return (
            <li key={entity}>
              <button
                type="button"
                class="link"
                aria-current={selection.value?.entity === entity ? 'true' : undefined}
                onClick={() => select(entity)}
              >
                <Glyph state={is} /> {entities.id(entity)}
              </button>
              <span class="when quiet small">
                {stateWord(is)}
                {isCounted && ` · ${count(up)} / ${count(wanted)}`}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function CheckLine({ check, run: { scenario } }: { check: CheckReport; run: Run }) {
  const say = words()
  const { id, metric, of, verdict, should, value, comparator, limit, unit, at, outcome, because, published, theory } = check
  const asides: string[] = []
  if (should === 'fail') asides.push(say.shouldFail)
  if (should === 'miss') asides.push(say.shouldMiss)
  if (should === 'fail' && outcome === 'met') asides.push(say.asItShould)
  if (published !== null) asides.push(say.published(measured(published, unit)))
  return (
    <li class="check">
      <div class="what">
        <span class="metric">
          <b>{id}</b> <span title={metric}>{metric}</span> <span class="quiet">{of}</span>
        </span>
        <Verdict verdict={verdict} outcome={outcome} />
      </div>
      <div class="values">
        <span class="value">{value === null ? (verdict === 'vacuous' ? '–' : say.never) : measured(value, unit)}</span>
        <span class="quiet">{asked(comparator, limit, unit)}</span>
      </div>
      <div class="small quiet">
        {asides.join(' · ')}
        {asides.length > 0 && at !== null && at <= scenario.horizon && ' · '}
        {at !== null && at <= scenario.horizon && (
          <button type="button" class="link" onClick={() => jump(at)}>
            {say.decidedAt(moment(at))}
          </button>
        )}
      </div>
      {theory !== null && <TheoryLine theory={theory} unit={unit} />}
      {because !== null && (should !== 'pass' || metric === 'sla-credit') && (
        <p class="small quiet">{because[language.value]}</p>
      )}
    </li>
  )
}
