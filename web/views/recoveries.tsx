/** The way back from each strike: what fell, when it was back, and the critical path of that as a bar and in words. */
import { useSignal } from '@preact/signals'
import type { Hop } from '../../sim/trace/row-kinds.ts'
import { askForSavings, reading } from '../state/recovery.ts'
import { language, mode, request, run, select, type Trouble } from '../state/store.ts'
import type { FinishedRecoveries, Milestone, NoRun, Recovery, RecoveryHop, Saving } from '../worker/protocol.ts'
import {
  longestOf,
  type Returned,
  returnedOf,
  savingOf,
  slowestOf,
  stretchesOf,
  type Told,
  toldOf,
} from './recoveries-layout.ts'
import { count, hopWord, length, moment, share, words } from './speak.ts'
import { TroubleText } from './trouble.tsx'

export function Recoveries() {
  const say = words()
  const known = reading.value
  const reply = known?.reply ?? null
  return (
    <main class="sheet recoveries" aria-labelledby="recoveries-title">
      <h2 id="recoveries-title" class="title">
        {say.modeRecovery}
      </h2>
      <p class="lead">{say.recoveryWhat}</p>
      {reply === null && <p class="quiet">{run.value === null ? say.loading : say.recoveryReading}</p>}
      {reply !== null && reply.kind !== 'recovered' && (
        <div class="problems-of" role="alert">
          <TroubleText wrong={troubleOf(reply)} />
        </div>
      )}
      {reply?.kind === 'recovered' && <Strikes reply={reply} savings={known?.savings ?? 'unknown'} />}
    </main>
  )
}

function troubleOf(reply: NoRun): Trouble {
  const { file, text } = request.value
  return reply.kind === 'wrong' ? { ...reply, file, text } : reply
}

function Strikes({
  reply: { recoveries, strikes },
  savings,
}: {
  reply: FinishedRecoveries
  savings: 'unknown' | 'underway' | 'known'
}) {
  const say = words()
  if (recoveries.length === 0) return <p class="quiet">{say.recoveryNone}</p>
  const touching = recoveries.filter(({ milestones }) => milestones.length > 0)
  // Without any way back there is no stretch to name and no limit to lift.
  const hasWay = touching.some(({ milestones }) => milestones.some(({ path }) => path.length > 0))
  const tools = hasWay && (
    <div class="recovery-tools">
      <Legend recoveries={recoveries} />
      {savings === 'unknown' && (
        <button type="button" title={say.askSavingsHint} onClick={askForSavings}>
          {say.askSavings}
        </button>
      )}
      {savings === 'underway' && (
        <span class="quiet" role="status">
          {say.savingsUnderway}
        </span>
      )}
    </div>
  )
  return (
    <>
      {tools}
      {toldOf(recoveries).map(told => (
        <Strike
          key={`${told[0].fault} ${told[0].strike}`}
          told={told}
          isOpened={touching.length <= OPENED_MAX || told[0] === touching[0]}
        />
      ))}
      {strikes > recoveries.length && <p class="quiet">{say.moreStrikes(count(strikes - recoveries.length))}</p>}
    </>
  )
}

/** The kinds of stretches that occur, by their colours. */
function Legend({ recoveries }: { recoveries: readonly Recovery[] }) {
  const kinds = new Set<Hop>()
  for (const { milestones } of recoveries) for (const { path } of milestones) for (const { kind } of path) kinds.add(kind)
  return (
    <ul class="hop-legend small">
      {[...kinds].map(kind => (
        <li key={kind}>
          <i class={`hop is-${kind}`} /> {hopWord(kind)}
        </li>
      ))}
    </ul>
  )
}

/** With more strikes than these after which something fell, only the first one's path is in sight before one asks. */
const OPENED_MAX = 3

function Strike({ told, isOpened }: { told: Told; isOpened: boolean }) {
  const say = words()
  const [recovery] = told
  const { fault, strike, started, ended, milestones } = recovery
  const open = useSignal(-1) // the milestone chosen, by its place
  const longest = longestOf(recovery)
  const shown = milestones[open.value] ?? (isOpened ? slowestOf(recovery) : undefined)
  const name = `strike ${fault} ${strike}`.replaceAll(/\W/g, '-')
  return (
    <section class="strike" aria-labelledby={name}>
      <h2 id={name}>
        <b>{fault}</b> {strike === 0 ? say.strikeAt(moment(started)) : say.strikeAgain(moment(started))}
        {told.length > 1 && say.strikesMore(count(told.length - 1), moment(told[told.length - 1].started))}
        {told.length === 1 && ended !== null && <span class="quiet">, {say.overAfter(length(ended - started))}</span>}
      </h2>
      {milestones.length === 0 ? (
        <p class="quiet">{say.recoveryUntouched}</p>
      ) : (
        <table class="returns">
          <thead>
            <tr class="small">
              <th scope="col">{say.colThing}</th>
              <th scope="col">{say.colShare}</th>
              <th scope="col">{say.colAfter}</th>
              <th scope="col">{say.colPath}</th>
            </tr>
          </thead>
          <tbody>
            {returnedOf(recovery).map(returned =>
              returned.milestones.map((milestone, i) => (
                <Return
                  key={`${milestone.what} ${milestone.of.join()} ${milestone.share}`}
                  returned={i === 0 ? returned : null}
                  milestone={milestone}
                  started={started}
                  longest={longest}
                  isOpen={milestone === shown}
                  onOpen={() => {
                    open.value = milestones.indexOf(milestone)
                  }}
                />
              )),
            )}
          </tbody>
        </table>
      )}
      {shown !== undefined && <Path milestone={shown} />}
    </section>
  )
}

interface ReturnProps {
  /** Only in the first line of a thing. */
  readonly returned: Returned | null
  readonly milestone: Milestone
  readonly started: number
  readonly longest: number
  readonly isOpen: boolean
  readonly onOpen: () => void
}

function Return({ returned, milestone, started, longest, isOpen, onOpen }: ReturnProps) {
  const say = words()
  const { what, of, share: part, expectation, time, path } = milestone
  const name = say.pathTo(share(part), thingText(what, of))
  return (
    <tr class={isOpen ? 'is-open' : ''}>
      <th scope="row" title={thingText(what, of)}>
        {returned !== null && thingText(what, of)}
      </th>
      <td class="number">
        {what === 'up' || what === 'cooling' ? '' : share(part)}{' '}
        {expectation !== null && <span class="quiet small">{expectation}</span>}
      </td>
      <td class="number">
        {time === null ? (
          <span class="said-bad">{say.neverBack}</span>
        ) : time === 0 ? (
          <span class="quiet">{say.neverFell}</span>
        ) : (
          <b>{length(time)}</b>
        )}
      </td>
      <td>
        {path.length > 0 && (
          <button type="button" class="bar" aria-label={name} title={name} aria-pressed={isOpen} onClick={onOpen}>
            {stretchesOf(path, started, longest).map(({ hop, from, share: wide }) => (
              <i
                key={hop.from}
                class={`hop is-${hop.kind}`}
                style={{ left: `${(from * 100).toFixed(3)}%`, width: `${(wide * 100).toFixed(3)}%` }}
                title={`${length(hop.length)} · ${hop.says[language.value]}`}
              />
            ))}
          </button>
        )}
      </td>
    </tr>
  )
}

function thingText(what: Milestone['what'], of: readonly string[]): string {
  const say = words()
  const word = {
    power: say.backPower,
    cooling: say.backCooling,
    hosted: say.backHosted,
    instances: say.backInstances,
    volumes: say.backVolumes,
    up: say.backUp,
    served: say.backServed,
  }[what]
  const names = of.length > 3 ? `${of.slice(0, 3).join(', ')} ${say.andOthers}` : of.join(', ')
  return `${word} ${names}`
}

/** The stretches of a path in words, each a way to its event. */
function Path({ milestone: { what, of, share: part, path, isCaused, savings } }: { milestone: Milestone }) {
  const say = words()
  const title = say.pathTo(share(part), thingText(what, of))
  return (
    <table class="path">
      <caption>{title}</caption>
      <thead>
        <tr class="small">
          <th scope="col">{say.colTook}</th>
          <th scope="col">{say.colHeldUp}</th>
          {savings !== undefined && <th scope="col">{say.colSaves}</th>}
        </tr>
      </thead>
      <tbody>
        {path.map(hop => (
          <PathLine key={hop.from} hop={hop} savings={savings} />
        ))}
        {!isCaused && (
          <tr>
            <td />
            <td class="quiet" colSpan={2}>
              {say.pathElsewhere}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

function PathLine({ hop, savings }: { hop: RecoveryHop; savings: readonly Saving[] | undefined }) {
  const say = words()
  const saving = savings === undefined ? undefined : savingOf(hop, savings)
  return (
    <tr>
      <td class="number">{length(hop.length)}</td>
      <td>
        <i class={`hop is-${hop.kind}`} title={hopWord(hop.kind)} />{' '}
        <button type="button" class="link" title={say.showEvent} onClick={() => showEvent(hop)}>
          {hop.says[language.value]}
        </button>
      </td>
      {savings !== undefined && <td>{saving !== undefined && <Saved saving={saving} />}</td>}
    </tr>
  )
}

function Saved({ saving: { name, saved, time } }: { saving: Saving }) {
  const say = words()
  const title = name[language.value]
  if (saved === null)
    return (
      <span class={time === null ? 'quiet' : 'said-good'} title={title}>
        {time === null ? say.savesNever : say.savesReached}
      </span>
    )
  if (saved === 0)
    return (
      <span class="quiet" title={title}>
        {say.savesNothing}
      </span>
    )
  return (
    <span class={saved > 0 ? 'said-good' : 'said-bad'} title={title}>
      {saved > 0 ? say.savesTime(length(saved)) : say.costsTime(length(-saved))}
    </span>
  )
}

/** Goes to the moment at which a stretch ends, in the run itself. */
function showEvent({ row }: RecoveryHop): void {
  const subject = run.value?.recording.rows.subject[row]
  if (subject === undefined) return
  mode.value = 'run'
  select(subject, row)
}
