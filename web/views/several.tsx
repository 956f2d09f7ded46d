/** Several runs of each variant: what is asked for, how far it is, and each expectation with its interval. */
import {
  candidates,
  isStudying,
  openReplication,
  REPLICATIONS_MAX,
  replications,
  type Shown,
  shownStudy,
  startStudy,
  stopStudy,
  toggleVariant,
} from '../state/several.ts'
import { run, type Trouble } from '../state/store.ts'
import type { CheckSummary, NoRun, StudyReport } from '../worker/protocol.ts'
import { Frontier } from './frontier.tsx'
import { AxisRow, IntervalRow } from './interval-plot.tsx'
import { Pairs } from './pairs.tsx'
import { around, asked, count, length, variantWord, words } from './speak.ts'
import { type Compared, type ComparedRow, comparedOf, runsToTell } from './study-layout.ts'
import { TheoryLine } from './theory.tsx'
import { TroubleText } from './trouble.tsx'
import { toneOf, Verdict } from './verdict.tsx'

export function Several() {
  const say = words()
  const shown = shownStudy.value
  const end = shown?.end ?? null
  const report = shown?.report ?? null
  const wrong = shown === null || end === null || end.kind === 'studied' ? null : troubleOf(end, shown)
  return (
    <main class="sheet several" aria-labelledby="several-title">
      <h2 id="several-title" class="title">
        {say.modeSeveral}
      </h2>
      <p class="lead">{say.severalWhat}</p>
      <Wanted />
      {wrong !== null && (
        <div class="problems-of" role="alert">
          <TroubleText wrong={wrong} />
        </div>
      )}
      {end?.kind === 'studied' && end.trouble !== null && (
        <p role="alert" class="said-bad">
          {say.runBroken} {end.trouble}
        </p>
      )}
      {report !== null && <Results report={report} />}
    </main>
  )
}

function troubleOf(end: NoRun, { request: { file, text } }: Shown): Trouble {
  return end.kind === 'wrong' ? { ...end, file, text } : end
}

/** What is asked for; while runs are made, how far that is. */
function Wanted() {
  const say = words()
  const chosen = candidates.value.filter(({ isIn }) => isIn)
  return (
    <form
      class="wanted"
      onSubmit={event => {
        event.preventDefault()
        void startStudy()
      }}
    >
      <label>
        {say.runsOfEach}{' '}
        <input
          class="count"
          name="replications"
          type="number"
          inputMode="numeric"
          min={1}
          max={REPLICATIONS_MAX}
          step={1}
          required
          value={replications.value}
          onInput={event => {
            const wanted = event.currentTarget.valueAsNumber
            if (event.currentTarget.checkValidity() && Number.isInteger(wanted)) replications.value = wanted
          }}
        />
      </label>
      {candidates.value.length > 1 && (
        <fieldset>
          <legend class="hidden">{say.variantsIn}</legend>
          {candidates.value.map(({ name, isIn }) => (
            <label key={name}>
              <input type="checkbox" checked={isIn} onChange={() => toggleVariant(name)} /> {variantWord(name)}
            </label>
          ))}
        </fieldset>
      )}
      {isStudying.value ? (
        shownStudy.value === null ? (
          <Elsewhere />
        ) : (
          <Underway />
        )
      ) : (
        <button type="submit" class="primary" disabled={chosen.length === 0 || run.value === null}>
          {say.makeRuns(count(replications.value * chosen.length))}
        </button>
      )}
      {chosen.length === 0 && <span class="said-bad">{say.noVariants}</span>}
    </form>
  )
}

/** Runs of another scenario are being made; they are kept, and shown when it is opened again. */
function Elsewhere() {
  const say = words()
  return (
    <span class="underway">
      {say.studyElsewhere}
      <button type="button" onClick={stopStudy}>
        {say.stopRuns}
      </button>
    </span>
  )
}

function Underway() {
  const say = words()
  const shown = shownStudy.value
  const told = shown?.progress
  const all = shown?.request.replications ?? replications.value
  const variants = shown?.request.variants.length ?? 1
  const mean = told?.mean
  return (
    <span class="underway">
      <progress value={told?.results ?? 0} max={all * variants} aria-label={say.runsProgress} />
      <button type="button" onClick={stopStudy}>
        {say.stopRuns}
      </button>
      <span data-testid="study-progress">
        {say.runsDone(count(told?.done ?? 0), count(all))}
        {mean != null && told?.unit != null && ` · ${told.id} ${Object.values(around(mean, told.unit)).join(' ')}`}
      </span>
    </span>
  )
}

function Results({ report }: { report: StudyReport }) {
  const say = words()
  const end = shownStudy.value?.end
  const { replications: done, replicationsMax, partial, seed, variants } = report
  const compared = comparedOf(variants, end?.kind === 'studied' ? end.theories : [])
  const isOver = end?.kind === 'studied'
  return (
    <>
      <div class="study-facts" data-testid="study-facts" data-partial={partial}>
        <p class={isOver && partial ? 'said-unsure' : ''} aria-live={isOver ? 'polite' : 'off'}>
          {!isOver && `${say.soFar}: ${say.runsDone(count(done), count(replicationsMax))}`}
          {isOver && partial && say.partial(count(done), count(replicationsMax))}
          {isOver &&
            !partial &&
            say.studyDone(count(done), length(end.wall), say.threads(shownStudy.value?.request.threads ?? 1))}
        </p>
        {done > 1 && <p class="quiet">{say.seedsFrom(seed, `${seed}#${done - 1}`)}</p>}
        {isOver && done > 0 && <SaveReport report={report} />}
      </div>
      {done === 0 ? (
        <p class="quiet">{say.nothingDone}</p>
      ) : (
        <div class="study-parts">
          <section class="compared-all" aria-label={say.regionChecks}>
            {compared.length === 0 && <p class="quiet">{say.noExpectations}</p>}
            {compared.map(each => (
              <ComparedTable key={`${each.id} ${each.metric}`} compared={each} />
            ))}
            {compared.length > 0 && <p class="quiet small">{say.plotKey}</p>}
          </section>
          <Frontier report={report} />
          <Pairs report={report} />
        </div>
      )}
    </>
  )
}

/** The report as the command line writes it, for whoever wants to go on with it. */
function SaveReport({ report }: { report: StudyReport }) {
  const say = words()
  return (
    <button
      type="button"
      onClick={() => {
        const address = URL.createObjectURL(new Blob([`${JSON.stringify(report)}\n`], { type: 'application/json' }))
        const link = Object.assign(document.createElement('a'), { href: address, download: `${report.scenario}-study.json` })
        link.click()
        setTimeout(() => URL.revokeObjectURL(address), 10_000)
      }}
    >
      {say.saveReport}
    </button>
  )
}

function ComparedTable({ compared: { id, metric, of, rows, axis } }: { compared: Compared }) {
  const say = words()
  const { unit } = rows[0].check
  const limits = new Set(rows.map(({ check }) => limitOf(check)))
  return (
    <table class="compared">
      <caption>
        <b>{id}</b> {metric} <span class="quiet">{typeof of === 'string' ? of : ''}</span>
        {limits.size === 1 && <span class="quiet"> {[...limits][0]}</span>}
      </caption>
      <thead>
        <tr class="small">
          <th scope="col">
            <span class="hidden">{say.colVariant}</span>
          </th>
          <th scope="col">
            <AxisRow axis={axis} unit={unit} />
          </th>
          <th scope="col">{say.colMean}</th>
          <th scope="col">
            <span class="hidden">{say.colVerdict}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <ComparedLine key={row.variant} row={row} axis={axis} isLimitOwn={limits.size > 1} />
        ))}
      </tbody>
    </table>
  )
}

/** `at most 0, in every run`. */
function limitOf({ bound, limit, unit, across }: CheckSummary): string {
  const limits = asked(bound, limit, unit)
  return limits === '' || across === 'mean' ? limits : `${limits}${words().everyRun}`
}

function ComparedLine({ row, axis, isLimitOwn }: { row: ComparedRow; axis: Compared['axis']; isLimitOwn: boolean }) {
  const say = words()
  const { variant, check, theory } = row
  const { unit, mean, n, never, failures, kept, p10, p90, outcome, verdict, should } = check
  const name = variantWord(variant)
  const enough = runsToTell(check)
  const text = mean === null ? null : around(mean, unit)
  const said =
    n === 0 ? say.nothingToMeasure : text === null ? say.neverIn(count(never), count(n)) : `${text.value} ${text.around}`
  return (
    <>
      <tr data-variant={variant ?? ''}>
        <th scope="row" title={variant ?? undefined}>
          {name}
          {isLimitOwn && <span class="quiet small block">{limitOf(check)}</span>}
        </th>
        <td>
          <IntervalRow
            axis={axis}
            mean={mean}
            most={p10?.value == null ? undefined : [p10.value, p90?.value ?? null]}
            limit={check.limit}
            theory={theory?.value}
            tone={toneOf(outcome)}
            label={`${name}: ${said}`}
          />
        </td>
        <td>
          {text === null ? (
            said
          ) : (
            <>
              <b>{text.value}</b> <span class="quiet small">{text.around}</span>
            </>
          )}
        </td>
        <td>
          <Verdict verdict={verdict} outcome={outcome} />{' '}
          {kept !== null && <span class="quiet small">{say.heldIn(count(n - failures.count), count(n))}</span>}
        </td>
      </tr>
      {(failures.count > 0 || should !== 'pass' || theory !== null || enough !== null) && (
        <tr class="more small">
          <td />
          <td>{failures.count > 0 && <Failures variant={variant} id={check.id} failures={failures} />}</td>
          <td>{theory !== null && <TheoryLine theory={theory} unit={unit} />}</td>
          <td class="quiet">
            {should === 'fail' ? say.shouldFail : should === 'miss' ? say.shouldMiss : ''}
            {enough !== null && <span class="block">{say.runsToTell(count(Number(enough.toPrecision(2))))}</span>}
          </td>
        </tr>
      )}
    </>
  )
}

/** The first seeds with which an expectation failed, each a way to its run. */
function Failures({
  variant,
  id,
  failures: { count: all, first },
}: Pick<CheckSummary, 'id' | 'failures'> & { variant: string | null }) {
  const say = words()
  return (
    <>
      <span class="quiet">{say.failsWith} </span>
      {first.map(({ seed }) => (
        <button
          key={seed}
          type="button"
          class="link"
          aria-label={say.openRun(seed)}
          title={say.openRun(seed)}
          onClick={() => void openReplication(variant, seed, id)}
        >
          {seed}
        </button>
      ))}
      {all > first.length && <span class="quiet">{say.moreSeeds(count(all - first.length))}</span>}
    </>
  )
}
