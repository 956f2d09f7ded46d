/** Small clouds for tests: a scenario as text, run, and its history read back in plain words. */
import { parse } from 'yaml'
import { type Built, build } from '../sim/scenario/build.ts'
import { fileSchema, resolve, type Scenario } from '../sim/scenario/schema.ts'
import { fingerprint } from '../sim/trace/fingerprint.ts'
import { rowKinds } from '../sim/trace/row-kinds.ts'
import type { Recording } from '../sim/trace/trace.ts'

/** A row as a test reads it. */
export interface PlainRow {
  readonly row: number
  readonly time: number
  readonly kind: string
  readonly of: string
  readonly cause: number
  readonly a: number
  readonly b: number
}

export function scenarioOf(text: string): Scenario {
  return resolve(fileSchema.parse(parse(text)), { file: 'test.yaml', variant: null, hash: '', notices: [] }, () => 1)
}

export function builtOf(text: string, seed?: string): Built & { readonly scenario: Scenario } {
  const scenario = scenarioOf(text)
  return { ...build(scenario, seed ?? scenario.run.seed), scenario }
}

/** Runs a scenario to its horizon. */
export function historyOf(text: string, seed?: string): History {
  const { cloud, scenario } = builtOf(text, seed)
  cloud.sim.run(scenario.run.horizon)
  return new History({ rows: cloud.trace.columns(), kinds: rowKinds(), entities: cloud.entities }, cloud.sim.events)
}

export class History {
  readonly recording: Recording
  readonly events: number

  constructor(recording: Recording, events: number) {
    this.recording = recording
    this.events = events
  }

  get fingerprint(): string {
    return fingerprint(this.recording)
  }

  /** Rows of a kind, or of several; of one subject when `of` is given. */
  rows(kind: string | RegExp, of?: string): PlainRow[] {
    const { rows, kinds, entities } = this.recording
    const found: PlainRow[] = []
    for (let row = 1; row < rows.length; row++) {
      const name = kinds[rows.kind[row]].name
      if (typeof kind === 'string' ? name !== kind : !kind.test(name)) continue
      const subject = entities.id(rows.subject[row])
      if (of !== undefined && subject !== of) continue
      found.push({ row, time: rows.time[row], kind: name, of: subject, cause: rows.cause[row], a: rows.a[row], b: rows.b[row] })
    }
    return found
  }

  /** When the first row of a kind was written, s; NaN when there is none. */
  timeOf(kind: string, of?: string): number {
    return this.rows(kind, of)[0]?.time ?? NaN
  }

  /** The kinds of the rows that led to `row`, from it back to the start. */
  whyOf(row: number): string[] {
    const { rows, kinds } = this.recording
    const names: string[] = []
    for (let at = row; at > 0; at = rows.cause[at]) names.push(kinds[rows.kind[at]].name)
    return names
  }
}
