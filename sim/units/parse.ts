/**
 * Quantities as people write them: `30m`, `99.9%`, `450/s`, `400kW`, `1GB`. A number without a unit is refused, since nobody
 * can know whether 30 means seconds or minutes. Knows nothing of files; says what is wrong and what to write instead.
 */

/** What reading a quantity gave: a finite value in the base unit, or what is wrong with it. */
export type Parsed =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly message: string; readonly hint?: string }

/** The longest time that may be written, s: the clock's grid holds no more (272 years). */
export const DURATION_MAX = 2 ** 33

/** A unit is a power of ten, which is exact in decimal notation, and a whole factor. */
interface Unit {
  readonly exponent: number
  readonly factor: number
}

const unit = (exponent: number, factor = 1): Unit => ({ exponent, factor })

const TIME: Readonly<Record<string, Unit>> = {
  ns: unit(-9),
  us: unit(-6),
  ms: unit(-3),
  s: unit(0),
  m: unit(0, 60),
  min: unit(0, 60),
  h: unit(0, 3600),
  d: unit(0, 86_400),
  w: unit(0, 604_800),
  y: unit(0, 31_536_000), // 365 days
}
const POWER: Readonly<Record<string, Unit>> = { W: unit(0), kW: unit(3), MW: unit(6), GW: unit(9) }
const SIZE: Readonly<Record<string, Unit>> = {
  B: unit(0),
  kB: unit(3),
  MB: unit(6),
  GB: unit(9),
  TB: unit(12),
  PB: unit(15),
  KiB: unit(0, 1024),
  MiB: unit(0, 1_048_576),
  GiB: unit(0, 1_073_741_824),
  TiB: unit(0, 1_099_511_627_776),
}

const BANDWIDTH: Readonly<Record<string, Unit>> = {
  Bps: unit(0),
  kBps: unit(3),
  MBps: unit(6),
  GBps: unit(9),
  TBps: unit(12),
  kbps: unit(3, 1 / 8),
  Mbps: unit(6, 1 / 8),
  Gbps: unit(9, 1 / 8),
  Tbps: unit(12, 1 / 8),
}

const NUMBER = /^\s*([+-]?)(\d+(?:\.\d+)?|\.\d+)(?:e([+-]?\d{1,3}))?\s*/

/** A time such as `30m`, `800ms` or `1h 30m`, in seconds. */
export function parseDuration(input: unknown): Parsed {
  if (typeof input === 'number') return bare(input, 'm', 'a time')
  if (typeof input !== 'string') return wrongType(input, 'a time such as 30m')
  let rest = input
  let total = 0
  do {
    const part = leading(rest, TIME)
    if (part === undefined) return unreadable(input, 'a time', '30m, 800ms, 2h or 1d', Object.keys(TIME), 'm')
    if (part.value < 0) return wrong(`a time cannot be negative, got ${input}`)
    total += part.value
    rest = part.rest
  } while (rest !== '')
  if (total > DURATION_MAX) return wrong(`${input} is longer than the clock can hold`, 'the most is 2^33 s, which is 272 years')
  return { ok: true, value: total }
}

/** A rate such as `450/s` or `200/min`, per second. */
export function parseRate(input: unknown): Parsed {
  if (typeof input === 'number') return bare(input, '/s', 'a rate')
  if (typeof input !== 'string') return wrongType(input, 'a rate such as 450/s')
  const number = leadingNumber(input)
  const per = number === undefined ? undefined : /^\/\s*([a-z]+)$/.exec(number.rest.trimEnd())
  const time = per == null || !Object.hasOwn(TIME, per[1]) ? undefined : TIME[per[1]]
  if (number === undefined || time === undefined)
    return unreadable(input, 'a rate', '450/s or 200/min', ['s', 'min', 'h', 'd'], '/s')
  const value = number.scaled(-time.exponent) / time.factor
  if (value < 0) return wrong(`a rate cannot be negative, got ${input}`)
  return finite(value, input)
}

/** A power such as `400kW`, in watts. */
export function parseWatts(input: unknown): Parsed {
  return parseScaled(input, POWER, 'a power', '500W or 400kW', 'W')
}

/** An amount of data such as `1GB`, in bytes; kB, MB … are decimal, KiB, MiB … binary. */
export function parseBytes(input: unknown): Parsed {
  return parseScaled(input, SIZE, 'an amount of data', '1GB or 512MiB', 'MB')
}

/** A bandwidth such as `400MBps` or `10Gbps`, in bytes per second; a small b means bits. */
export function parseBandwidth(input: unknown): Parsed {
  return parseScaled(input, BANDWIDTH, 'a bandwidth', '400MBps or 10Gbps', 'MBps')
}

/** A share: `99.9%` or `0.999`, between 0 and 1. */
export function parseRatio(input: unknown): Parsed {
  let value = Number.NaN
  if (typeof input === 'number') value = input
  else if (typeof input === 'string') {
    const number = leadingNumber(input)
    const rest = number?.rest.trim()
    if (number !== undefined && rest === '%') value = number.scaled(-2)
    else if (number !== undefined && rest === '') value = number.scaled(0)
    else return { ok: false, message: `cannot read ${quoted(input)} as a share`, hint: 'write 99.9% or 0.999' }
  } else return wrongType(input, 'a share such as 99.9%')
  if (!Number.isFinite(value)) return wrong(`a share must be a finite number, got ${value}`)
  if (value < 0 || value > 1) {
    const percent = value > 1 && value <= 100 && typeof input === 'number'
    return wrong(`a share must lie between 0% and 100%, got ${input}`, percent ? `write ${input}%` : undefined)
  }
  return { ok: true, value }
}

/** A plain number without a unit: counts and factors. */
export function parseNumber(input: unknown, { whole = false, min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Parsed {
  if (typeof input !== 'number') return wrongType(input, whole ? 'a whole number' : 'a number')
  if (!Number.isFinite(input)) return wrong(`must be a finite number, got ${input}`)
  if (whole && !Number.isInteger(input)) return wrong(`must be a whole number, got ${input}`)
  if (input < min) return wrong(min === 0 ? `cannot be negative, got ${input}` : `must be at least ${min}, got ${input}`)
  if (input > max) return wrong(`must be at most ${max}, got ${input}`)
  return { ok: true, value: input }
}

function parseScaled(
  input: unknown,
  units: Readonly<Record<string, Unit>>,
  what: string,
  examples: string,
  usual: string,
): Parsed {
  if (typeof input === 'number') return bare(input, usual, what)
  if (typeof input !== 'string') return wrongType(input, `${what} such as ${examples}`)
  const part = leading(input, units)
  if (part === undefined || part.rest !== '') return unreadable(input, what, examples, Object.keys(units), usual)
  if (part.value < 0) return wrong(`${what} cannot be negative, got ${input}`)
  return finite(part.value, input)
}

/** The number at the start of a text and what follows; `scaled(e)` is the number × 10^e, rounded once. */
function leadingNumber(text: string): { scaled: (exponent: number) => number; rest: string } | undefined {
  if (text.length > 100) return undefined
  const match = NUMBER.exec(text)
  if (match === null) return undefined
  const [all, sign, digits, exponent] = match
  const own = exponent === undefined ? 0 : Number(exponent)
  return { scaled: by => Number(`${sign}${digits}e${own + by}`), rest: text.slice(all.length) }
}

/** The first number with its unit, and the text after it. */
function leading(text: string, units: Readonly<Record<string, Unit>>): { value: number; rest: string } | undefined {
  const number = leadingNumber(text)
  const name = number === undefined ? null : /^[A-Za-z]+/.exec(number.rest)
  if (number === undefined || name === null || !Object.hasOwn(units, name[0])) return undefined
  const { exponent, factor } = units[name[0]]
  return { value: number.scaled(exponent) * factor, rest: number.rest.slice(name[0].length).trim() }
}

function finite(value: number, input: string): Parsed {
  return Number.isFinite(value) ? { ok: true, value } : wrong(`must be a finite number, got ${input}`)
}

function bare(input: number, usual: string, what: string): Parsed {
  if (!Number.isFinite(input)) return wrong(`must be a finite number with a unit, got ${input}`)
  if (input < 0) return wrong(`${what} cannot be negative, got ${input}`)
  return { ok: false, message: `${what} needs a unit, got ${input}`, hint: `write ${input}${usual}` }
}

function unreadable(input: string, what: string, examples: string, units: readonly string[], usual: string): Parsed {
  const number = leadingNumber(input)
  if (number !== undefined && number.rest.trim() === '') {
    return { ok: false, message: `${what} needs a unit, got ${quoted(input)}`, hint: `write ${input.trim()}${usual}` }
  }
  if (number !== undefined)
    return { ok: false, message: `cannot read ${quoted(input)} as ${what}`, hint: `units are ${units.join(', ')}` }
  return { ok: false, message: `cannot read ${quoted(input)} as ${what}`, hint: `write ${examples}` }
}

function wrongType(input: unknown, wanted: string): Parsed {
  if (input === undefined) return wrong('is missing', `needs ${wanted}`)
  return wrong(`must be ${wanted}, got ${nameOf(input)}`)
}

function wrong(message: string, hint?: string): Parsed {
  return hint === undefined ? { ok: false, message } : { ok: false, message, hint }
}

/** What a value is, in words a writer of YAML uses; long texts are cut. */
export function nameOf(input: unknown): string {
  if (input === null) return 'nothing'
  if (input === undefined) return 'nothing'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'object') return 'a map'
  return typeof input === 'string' ? quoted(input) : String(input)
}

function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 37)}…` : text}"`
}
