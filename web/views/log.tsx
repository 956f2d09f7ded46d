/** The event log: a line for each thing that happened, only those in sight drawn, the present always in sight. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { LogLines } from '../state/causes.ts'
import type { Run } from '../state/run.ts'
import { sentenceOf } from '../state/sentences.ts'
import { type LogFilter, language, log, logFilter, run, select, selection, time } from '../state/store.ts'
import { Glyph } from './glyph.tsx'
import { count, moment, stateOfRow, words } from './speak.ts'

const LINE = 24
/** Lines drawn beyond what is in sight. */
const MARGIN = 4

export function Log() {
  const say = words()
  const lines = log.value
  const current = run.value
  const filters: readonly (readonly [LogFilter, string])[] = [
    ['headlines', say.headlines],
    ['everything', say.everything],
    ['selection', say.ofSelection],
  ]
  return (
    <section class="log" aria-label={say.regionLog}>
      <div class="log-head">
        <h2>{say.regionLog}</h2>
        <div class="filters">
          {filters.map(([filter, name]) => (
            <button
              key={filter}
              type="button"
              aria-pressed={logFilter.value === filter}
              disabled={filter === 'selection' && selection.value === null}
              onClick={() => {
                logFilter.value = filter
              }}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      {current !== null && lines !== null && <List run={current} lines={lines} />}
    </section>
  )
}

/** The last line that has happened by a moment; −1 for none. */
function lineBy({ recording: { rows } }: Run, lines: LogLines, at: number): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows.time[lines.row[middle]] <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

function List({ run: current, lines }: { run: Run; lines: LogLines }) {
  const say = words()
  const place = useRef<HTMLDivElement>(null)
  const scrolled = useSignal(0)
  const height = useSignal(0)
  const now = lineBy(current, lines, time.value)

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [height])

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const top = now * LINE
    const isInSight = top >= element.scrollTop + LINE && top + 3 * LINE <= element.scrollTop + element.clientHeight
    if (!isInSight) element.scrollTop = Math.max(0, top - element.clientHeight * 0.4)
  }, [now, lines, height.value])

  const { rows, kinds } = current.recording
  const first = Math.max(0, Math.floor(scrolled.value / LINE) - MARGIN)
  const last = Math.min(lines.length, Math.ceil((scrolled.value + height.value) / LINE) + MARGIN)
  const shown: number[] = []
  for (let line = first; line < last; line++) shown.push(line)
  const present = now >= 0 ? rows.time[lines.row[now]] : -1
  return (
    <section
      class="log-list"
      ref={place}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keys
      tabIndex={0}
      aria-label={say.regionLog}
      data-testid="log"
      style={{ '--when': current.scenario.horizon < 86_400 ? '48px' : '72px' }}
      data-at={time.value}
      onScroll={event => {
        scrolled.value = event.currentTarget.scrollTop
      }}
    >
      {lines.length === 0 && <p class="quiet empty">{say.noEvents}</p>}
      <div style={{ height: `${lines.length * LINE}px` }}>
        {shown.map(line => {
          const row = lines.row[line]
          const info = kinds[rows.kind[row]]
          const says = sentenceOf(current.recording, row, language.value)
          const more = lines.count[line] - 1
          const classes = [
            'log-line',
            line > now ? 'is-later' : '',
            rows.time[row] === present ? 'is-now' : '',
            info.level === 1 ? 'is-headline' : '',
          ]
          return (
            <button
              key={row}
              type="button"
              class={classes.join(' ')}
              style={{ top: `${line * LINE}px` }}
              title={more > 0 ? `${says} – ${say.andMore(count(more))}` : says}
              onClick={() => select(rows.subject[row], row)}
            >
              <span class="when small">{moment(rows.time[row])}</span>
              <Glyph state={stateOfRow(current, row)} />
              <span class="says">{says}</span>
              {more > 0 && <span class="quiet small">+{count(more)}</span>}
            </button>
          )
        })}
      </div>
    </section>
  )
}
