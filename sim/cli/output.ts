/** What the commands print and write: text, JSON, problems, files. Standard output is for results, standard error for messages. */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { formatProblem, type Problem } from '../scenario/load.ts'

/** 0 as it should be · 1 not · 2 cannot be told · 3 invalid input · 4 a bug of ours. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** From the gravest: what several results come to. */
const GRAVITY: readonly ExitCode[] = [4, 3, 1, 2, 0]

export function worst(codes: Iterable<ExitCode>): ExitCode {
  let found: ExitCode = 0
  for (const code of codes) if (GRAVITY.indexOf(code) < GRAVITY.indexOf(found)) found = code
  return found
}

/** Where commands print, so that tests can listen. */
export interface Console {
  out(text: string): void
  err(text: string): void
  /** Whether messages go to a terminal that shows progress. */
  readonly isTerminal: boolean
  /** Whether results may be coloured. */
  readonly hasColour: boolean
}

/** A command line or a file that cannot be used; ends in exit code 3. */
export class Refusal extends Error {
  readonly problems: readonly Problem[]
  readonly file: string

  constructor(message: string, file = '', problems: readonly Problem[] = []) {
    super(message)
    this.file = file
    this.problems = problems
  }
}

/** One JSON object on one line; `Infinity` and `NaN`, which JSON lacks, become null. */
export function printJson(console: Console, value: unknown): void {
  console.out(`${JSON.stringify(value)}\n`)
}

/** Problems of a file, as text for people or as one object. */
export function printProblems(console: Console, file: string, problems: readonly Problem[], isJson: boolean): void {
  if (isJson) {
    const listed = problems.map(({ line, column, path, message, hint, file: own }) => ({
      ...(own === file ? {} : { file: own }),
      line,
      column,
      path,
      message,
      hint: hint ?? null,
    }))
    printJson(console, { file, problems: listed })
  } else for (const problem of problems) console.err(`${formatProblem(problem)}\n`)
}

const CODES = { red: 31, green: 32, yellow: 33, grey: 90 } as const

export function coloured(console: Console, colour: keyof typeof CODES, text: string): string {
  return console.hasColour ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text
}

/**
 * Writes a file piece by piece beside its place and moves it there at the end, so that nobody ever sees half of it. Links are
 * followed, and what is no file (a device, a pipe) is written to as it is.
 */
export function writeFileAtomically(path: string, pieces: Iterable<string>): void {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there !== undefined && !there.isFile()) {
    for (const piece of pieces) writeFileSync(path, piece, { flag: 'a' })
    return
  }
  const place = there === undefined ? path : realpathSync(path)
  const temporary = `${place}.${process.pid}.tmp`
  const handle = openSync(temporary, 'wx', there === undefined ? 0o666 : there.mode & 0o777)
  try {
    try {
      for (const piece of pieces) writeFileSync(handle, piece) // unlike writeSync, never a part of it without a word
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, place)
  } catch (error) {
    unlinkSync(temporary)
    throw error
  }
}

/** Why the system would not do a thing, in words. */
export function reasonOf(error: unknown): string {
  const code = (error as { code?: string }).code
  if (code === 'ENOENT') return 'there is no such folder'
  if (code === 'EEXIST') return 'it is there already'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'it may not be written'
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  if (code === 'EFBIG') return 'the file would be too large'
  return error instanceof Error ? error.message : String(error)
}
