/** What is selected: what it is, how it is now, why, and what came of it. Every step is a link to its moment. */
import { useSignal } from '@preact/signals'
import { Fragment } from 'preact'
import type { RowId } from '../../sim/trace/trace.ts'
import { cardsDown } from '../state/cards.ts'
import { consequences, explain } from '../state/causes.ts'
import { type Instant, MEASURES } from '../state/replay.ts'
import { lanedState, type Run } from '../state/run.ts'
import { nameOf, sentenceOf } from '../state/sentences.ts'
import { STATE, STATES, type StateName } from '../state/states.ts'
import { changesOf, instant, language, run, select, selection, stepChange, tally } from '../state/store.ts'
import { Glyph } from './glyph.tsx'
import { LatencyPlot } from './latency-plot.tsx'
import { count, hopWord, kindWord, length, moment, rate, stateOfRow, stateWord, words } from './speak.ts'

export function Inspector() {
  const current = run.value
  const at = instant.value
  const selected = selection.value
  const say = words()
  return (
    <section class="inspector" aria-label={say.regionInspector} data-testid="inspector" data-at={at?.now.time}>
      {current === null || at === null || selected === null ? (
        <p class="quiet">{say.nothingSelected}</p>
      ) : (
        <Selected run={current} now={at.now} entity={selected.entity} row={selected.row} />
      )}
    </section>
  )
}

/** Things whose state has a word of its own; the others are only measured. */
const WITHOUT_STATE = new Set(['queue', 'plan', 'simulation'])

interface SelectedProps {
  readonly run: Run
  readonly now: Instant
  readonly entity: number
  readonly row: RowId | null
}

function Selected({ run: current, now, entity, row }: SelectedProps) {
  const say = words()
  const { recording } = current
  const { entities, rows } = recording
  const kind = entities.kind(entity)
  const hasState = !WITHOUT_STATE.has(kind)
  const since = lanedState(current, entity, now.time)?.row ?? now.since[entity]
  const shown = row !== null && rows.time[row] === now.time ? row : since
  return (
    <>
      <div>
        <Path run={current} entity={entity} />
        <p class="title" aria-live="polite">
          {nameOf(recording, entity)}
        </p>
        {hasState && (
          <p class="now-state" data-testid="state" data-state={stateAt(current, now, entity)}>
            <StateWord state={stateAt(current, now, entity)} />
            <span class="quiet small">
              {since > 0 ? say.since(moment(rows.time[since]), length(now.time - rows.time[since])) : say.sinceStart}
            </span>
          </p>
        )}
        {kind === 'instance' && now.where[entity] > 0 && (
          <p class="small">
            <span class="quiet">{say.onHost}</span> <EntityLink run={current} entity={now.where[entity]} />
          </p>
        )}
      </div>
      <Measures run={current} now={now} entity={entity} />
      {kind === 'host' && <CardsDown run={current} now={now} host={entity} />}
      {[entity, ...(kind === 'host' ? current.childrenOf(entity) : [])].map(each => (
        <LatencyPlot key={each} run={current} entity={each} now={now.time} />
      ))}
      <Why run={current} row={shown} />
      {shown > 0 && <LedTo run={current} row={shown} />}
      <ChangesNav run={current} now={now} entity={entity} />
      <Inside run={current} now={now} entity={entity} />
    </>
  )
}

/** A place that is counted by its hosts is as well as they are; anything else has a state of its own. */
function stateAt(current: Run, now: Instant, entity: number): StateName {
  const kind = current.recording.entities.kind(entity)
  if (kind !== 'zone' && kind !== 'region' && kind !== 'datacentre') {
    return STATES[lanedState(current, entity, now.time)?.state ?? now.state[entity]]
  }
  const up = tally.value?.up.get(entity) ?? 0
  const all = tally.value?.all.get(entity) ?? 0
  return up === all ? 'up' : up === 0 ? 'dark' : 'degraded'
}

function StateWord({ state }: { state: StateName }) {
  return (
    <span class="state">
      <Glyph state={state} /> {stateWord(state)}
    </span>
  )
}

function EntityLink({ run: { recording }, entity }: { run: Run; entity: number }) {
  return (
    <button type="button" class="link" onClick={() => select(entity)}>
      {nameOf(recording, entity)}
    </button>
  )
}

/** What it is, and what it is in. */
function Path({ run: { recording }, entity }: { run: Run; entity: number }) {
  const { entities } = recording
  const above: number[] = []
  for (let at = entities.parent(entity); at > 0; at = entities.parent(at)) above.unshift(at)
  return (
    <p class="path small quiet">
      <span>{kindWord(entities.kind(entity))}</span>
      {above.length > 0 && <span>{words().inPlace}</span>}
      {above.map((at, i) => (
        <span key={at}>
          {i > 0 && '/ '}
          <button type="button" class="link" onClick={() => select(at)}>
            {entities.name(at)}
          </button>
        </span>
      ))}
    </p>
  )
}

function Measures({ run: current, now, entity }: { run: Run; now: Instant; entity: number }) {
  const say = words()
  const { replay, recording } = current
  const { entities } = recording
  const kind = entities.kind(entity)
  const facts: [string, string, string][] = []
  const slot = replay.slot[entity]
  if (slot >= 0) {
    const [first, second, waiting, age] = now.measures.subarray(slot * MEASURES, slot * MEASURES + MEASURES)
    if (kind === 'service' && second > 0) facts.push([say.instancesUp, count(first), say.ofWanted(count(second))])
    if (kind === 'client') facts.push([say.issued, rate(first), ''], [say.answered, rate(second), ''])
    if (kind === 'cell') facts.push([say.arriving, rate(first), ''], [say.failing, rate(second), ''])
    if (waiting > 0 || (kind === 'queue' && !current.latencies.has(entity))) {
      facts.push([say.waitingNow, count(waiting), waiting > 0 && age > 0 ? say.oldestWaits(length(age)) : ''])
    }
  }
  if (kind === 'region' || kind === 'zone' || kind === 'datacentre' || kind === 'rack') {
    const up = tally.value?.up.get(entity) ?? 0
    const all = tally.value?.all.get(entity) ?? 0
    facts.push([say.hostsUp, count(up), say.ofAll(count(all))])
  }
  if (facts.length === 0) return null
  return (
    <dl class="measures">
      {facts.map(([name, value, detail]) => (
        <>
          <dt>{name}</dt>
          <dd>
            {value} <span class="quiet">{detail}</span>
          </dd>
        </>
      ))}
    </dl>
  )
}

/** Which cards of a host are down, since when, and what that did. */
function CardsDown({ run: current, now, host }: { run: Run; now: Instant; host: number }) {
  const say = words()
  const { recording, byCause } = current
  const { rows } = recording
  const down = cardsDown(current, host, now.rows)
  if (down.length === 0) return null
  return (
    <section aria-labelledby="cards-title" data-testid="cards">
      <h2 id="cards-title">{say.cardsDown}</h2>
      <ul class="led">
        {down.map(row => (
          <Fragment key={row}>
            <li class="card">
              <Glyph state={stateOfRow(current, row)} />
              <button type="button" class="link" onClick={() => select(host, row)}>
                {sentenceOf(recording, row, language.value)}
              </button>
              <span class="quiet small">{say.since(moment(rows.time[row]), length(now.time - rows.time[row]))}</span>
            </li>
            {consequences(recording, byCause, row)
              .filter(found => found.row < now.rows)
              .slice(0, 4)
              .map(({ row: effect, count: many }) => (
                <li key={effect} class="then">
                  <Glyph state={stateOfRow(current, effect)} />
                  <button type="button" class="link" onClick={() => select(rows.subject[effect], effect)}>
                    {sentenceOf(recording, effect, language.value)}
                  </button>
                  {many > 1 && <span class="count quiet small">{say.times(count(many))}</span>}
                </li>
              ))}
          </Fragment>
        ))}
      </ul>
    </section>
  )
}

/** The chain of causes, back to the fault or chance that began it. */
function Why({ run: current, row }: { run: Run; row: RowId }) {
  const say = words()
  const isWhole = useSignal(0) // the row whose chain is shown in full
  const { recording } = current
  const { rows, kinds } = recording
  const steps = row > 0 ? explain(rows, row, isWhole.value === row) : []
  return (
    <section aria-labelledby="why-title">
      <h2 id="why-title">{say.why}</h2>
      {row === 0 && <p class="quiet">{say.nothingCaused}</p>}
      <ol class="why" data-testid="why">
        {steps.map((step, i) => {
          if (step.kind === 'gap') {
            return (
              <li key="gap" class="small">
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    isWhole.value = row
                  }}
                >
                  ⋯ {say.showSteps(step.rows)}
                </button>
              </li>
            )
          }
          const spent = step.hop === null ? 0 : rows.time[step.row] - rows.time[step.hop]
          return (
            <li key={step.row} data-kind={kinds[rows.kind[step.row]].name}>
              <Glyph state={stateOfRow(current, step.row)} />
              <button
                type="button"
                class={`link ${i === 0 ? 'is-here' : ''}`}
                onClick={() => select(rows.subject[step.row], step.row)}
              >
                {sentenceOf(recording, step.row, language.value)}
              </button>{' '}
              <span class="when small quiet">{moment(rows.time[step.row])}</span>
              {spent > 0 && (
                <span class="spent small quiet">
                  ↑ {length(spent)} {hopWord(kinds[rows.kind[step.row]].hop)}
                </span>
              )}
            </li>
          )
        })}
      </ol>
      {isWhole.value === row && row > 0 && steps.length > 10 && (
        <button
          type="button"
          class="link small"
          onClick={() => {
            isWhole.value = 0
          }}
        >
          {say.fewerSteps}
        </button>
      )}
    </section>
  )
}

function LedTo({ run: current, row }: { run: Run; row: RowId }) {
  const say = words()
  const { recording, byCause } = current
  const found = consequences(recording, byCause, row).slice(0, 8)
  return (
    <section aria-labelledby="led-title">
      <h2 id="led-title">{say.ledTo}</h2>
      {found.length === 0 && <p class="quiet">{say.ledToNothing}</p>}
      <ul class="led">
        {found.map(({ row: effect, count: many }) => (
          <li key={effect}>
            <Glyph state={stateOfRow(current, effect)} />
            <button type="button" class="link" onClick={() => select(recording.rows.subject[effect], effect)}>
              {sentenceOf(recording, effect, language.value)}
            </button>
            {many > 1 && <span class="count quiet small">{say.times(count(many))}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function ChangesNav({ run: current, now, entity }: { run: Run; now: Instant; entity: number }) {
  const say = words()
  const changes = changesOf(current, entity)
  if (changes.length === 0) return null
  const past = changes.filter(row => row < now.rows).length
  return (
    <div class="changes-nav">
      <span class="small quiet">
        {say.changes} {count(past)} / {count(changes.length)}
      </span>
      <button type="button" title={`${say.previousChange} ([)`} aria-label={say.previousChange} onClick={() => stepChange(-1)}>
        ‹
      </button>
      <button type="button" title={`${say.nextChange} (])`} aria-label={say.nextChange} onClick={() => stepChange(1)}>
        ›
      </button>
    </div>
  )
}

/** The last part of a name; of a service’s share of a zone, the zone. */
function childName({ recording }: Run, child: number): string {
  const { entities } = recording
  const name = entities.name(child)
  return entities.kind(child) === 'cell' ? words().zoneLabel(name.slice(name.lastIndexOf('/') + 1)) : name
}

const CHILDREN_MAX = 400

/** What is inside a place, on a host or part of a service: the map's tree, for those who do not use the map. */
function Inside({ run: current, now, entity }: { run: Run; now: Instant; entity: number }) {
  const say = words()
  const { recording } = current
  const { entities } = recording
  const kind = entities.kind(entity)
  const children: number[] = []
  if (kind === 'host') {
    for (const { entity: service } of current.scenario.services) {
      for (const instance of current.instancesOf(service)) {
        if (now.where[instance] === entity && now.state[instance] !== STATE.absent) children.push(instance)
      }
    }
  } else if (kind !== 'instance') {
    for (const child of current.childrenOf(entity)) {
      if (entities.kind(child) === 'instance' && now.state[child] === STATE.absent) continue
      children.push(child)
      if (children.length === CHILDREN_MAX) break
    }
  }
  if (children.length === 0) return null
  return (
    <section aria-labelledby="inside-title">
      <h2 id="inside-title">{kind === 'host' ? say.onThisHost : say.within}</h2>
      <ul class="children small">
        {children.map(child => (
          <li key={child}>
            <button type="button" class="plain" title={entities.id(child)} onClick={() => select(child)}>
              {!WITHOUT_STATE.has(entities.kind(child)) && <Glyph state={stateAt(current, now, child)} />}
              <span class="hidden">{stateWord(stateAt(current, now, child))}</span>
              {kind === 'host' ? entities.id(child) : childName(current, child)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
