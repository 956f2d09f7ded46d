/**
 * A study's results on disk, one a line as they come, so that a study that was killed goes on where it was. The first line says
 * what they are results of. The last line may be torn: what it told is made again.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { seedOf } from '../../experiment/replicate.ts'
import { Refusal, reasonOf } from '../output.ts'
import type { Made } from './replicate.worker.ts'

/** What results belong to: none of it may differ. */
export interface JournalHeader {
  /** Version of the simulator. */
  readonly blackstart: string
  readonly scenario: string
  readonly seed: string
  readonly variants: readonly {
    readonly name: string | null
    readonly scenarioHash: string
    readonly checks: readonly string[]
  }[]
}

export interface Journal {
  /** Results that were there already. */
  readonly results: readonly Made[]
  /** Appends results, safe from a loss of power once it returns. Throws a Refusal when they cannot be kept. */
  write(results: readonly Made[]): void
  close(): void
}

/** Version of this format. */
const FORMAT = 1

const headerSchema = z.object({
  journal: z.literal(FORMAT),
  blackstart: z.string(),
  scenario: z.string(),
  seed: z.string(),
  variants: z.array(z.object({ name: z.string().nullable(), scenarioHash: z.string(), checks: z.array(z.string()) })),
})

const lineSchema = z.strictObject({
  variant: z.number().int().min(0),
  replication: z.number().int().min(0),
  seed: z.string(),
  fingerprint: z.string(),
  events: z.number(),
  checks: z.array(
    z.strictObject({
      id: z.string(),
      value: z.number().nullable(),
      verdict: z.enum(['pass', 'fail', 'inconclusive', 'vacuous']),
    }),
  ),
})

/** Opens a journal, or begins one. Throws a Refusal when it is of something else, damaged, or not to be written. */
export function openJournal(path: string, header: JournalHeader): Journal {
  const refuse = (what: string): never => {
    throw new Refusal(`--journal ${path}: ${what}`, path)
  }
  const first = `${JSON.stringify({ journal: FORMAT, ...header })}\n`
  const there = statSync(path, { throwIfNoEntry: false })
  if (there !== undefined && !there.isFile()) refuse('is not a file')
  let handle: number
  try {
    handle = openSync(path, there === undefined ? 'wx+' : 'r+')
  } catch (error) {
    return refuse(`cannot be written: ${reasonOf(error)}`)
  }
  let end = 0
  const append = (text: string): void => {
    try {
      const bytes = Buffer.from(text)
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(handle, bytes, written, bytes.length - written, end + written)
      }
      fsyncSync(handle)
      end += bytes.length
    } catch (error) {
      refuse(`cannot be written any more: ${reasonOf(error)}`)
    }
  }
  try {
    const text = readFileSync(handle, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole === '' && !first.startsWith(text)) refuse('is not a journal of a study')
    const results = whole === '' ? [] : readLines(whole, header, refuse)
    end = Buffer.byteLength(whole)
    if (fstatSync(handle).size > end) ftruncateSync(handle, end)
    if (end === 0) append(first)
    return {
      results,
      write: made => append(made.map(({ variant, result }) => `${JSON.stringify({ variant, ...result })}\n`).join('')),
      close: () => closeSync(handle),
    }
  } catch (error) {
    closeSync(handle)
    throw error
  }
}

function readLines(text: string, header: JournalHeader, refuse: (what: string) => never): Made[] {
  const [first, ...lines] = text.slice(0, -1).split('\n')
  const found = headerSchema.safeParse(jsonOf(first))
  if (!found.success) return refuse('is not a journal of a study')
  const difference = differenceOf(found.data, header)
  if (difference !== undefined) return refuse(`${difference}; name another file, or remove this one`)
  return lines.map((line, i) => {
    const parsed = lineSchema.safeParse(jsonOf(line))
    if (!parsed.success) return refuse(`line ${i + 2} is damaged`)
    const { variant, ...result } = parsed.data
    const ids = header.variants[variant]?.checks
    const isOurs =
      ids?.length === result.checks.length &&
      ids.every((id, at) => result.checks[at].id === id) &&
      result.seed === seedOf(header.seed, result.replication)
    return isOurs ? { variant, result } : refuse(`line ${i + 2} does not belong to this study`)
  })
}

/** What a journal is of, when that is something else. */
function differenceOf(found: JournalHeader, ours: JournalHeader): string | undefined {
  if (found.blackstart !== ours.blackstart) return `is of version ${found.blackstart}, and this is ${ours.blackstart}`
  if (found.scenario !== ours.scenario) return `is of scenario ${found.scenario}, not ${ours.scenario}`
  if (found.seed !== ours.seed) return `is of seed ${found.seed}, not ${ours.seed}`
  const names = ({ variants }: JournalHeader): string => variants.map(({ name }) => name ?? 'as written').join(', ')
  if (names(found) !== names(ours)) return `is of other variants: ${names(found)}, not ${names(ours)}`
  const changed = ours.variants.find(({ scenarioHash }, at) => found.variants[at].scenarioHash !== scenarioHash)
  return changed && `is of another text of the scenario (${changed.name ?? 'as written'} has changed)`
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
