/** What a question to `blackstart sla` was asked with: operands and options, read with units. Whatever is wrong is refused. */
import { didYouMean } from '../../scenario/problems.ts'
import type { Parsed } from '../../units/parse.ts'
import { parseBandwidth, parseBytes, parseDuration, parseRatio } from '../../units/parse.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'
import type { Options } from '../options.ts'
import { Refusal } from '../output.ts'
import type { SlaOption } from './options.ts'

/** Whole numbers beyond which sums would take too long. */
const WHOLE_MAX = 1000

export class Asked {
  readonly operands: readonly string[]
  /** Those of the whole command line. */
  readonly options: Options
  private readonly usage: string

  constructor(operands: readonly string[], options: Options, usage: string) {
    this.operands = operands
    this.options = options
    this.usage = usage
  }

  /** Refuses the question as a whole. */
  wrong(message: string): never {
    throw new Refusal(`${message}: blackstart sla ${this.usage}`)
  }

  /** Refuses more or fewer operands than these. */
  count(least: number, most = least): void {
    const { length } = this.operands
    if (length < least) this.wrong(length === 0 ? 'something is missing' : `${length} given, ${least} needed`)
    if (length > most) this.wrong(`too much: ${this.operands.slice(most).join(' ')}`)
  }

  has(name: SlaOption): boolean {
    return this.options.sla[name] !== undefined
  }

  /** An operand that is a share such as 99.9%. */
  share(at: number): Ratio {
    return read(this.operands[at], this.operands[at], parseRatio)
  }

  /** All operands from one on, as shares. */
  shares(from = 0): Ratio[] {
    return this.operands.slice(from).map((_, i) => this.share(from + i))
  }

  /** An operand that is a whole number. */
  whole(at: number, least = 1, most = WHOLE_MAX): number {
    return whole(this.operands[at], this.operands[at], least, most)
  }

  optionalShare(name: SlaOption, otherwise: Ratio): Ratio {
    const given = this.options.sla[name]
    return given === undefined ? otherwise : read(`--${name} ${given}`, given, parseRatio)
  }

  optionalWhole(name: SlaOption, otherwise: number, least = 1, most = WHOLE_MAX): number {
    const given = this.options.sla[name]
    return given === undefined ? otherwise : whole(`--${name} ${given}`, given, least, most)
  }

  /** A whole number from 1 up that has to be there. */
  wholeOf(name: SlaOption, most: number): number {
    const given = this.options.sla[name]
    return given === undefined ? this.wrong(`--${name} is missing`) : whole(`--${name} ${given}`, given, 1, most)
  }

  /** A time, s, that has to be there unless something stands in for it. */
  time(name: SlaOption, otherwise?: Seconds): Seconds {
    const given = this.options.sla[name]
    if (given !== undefined) return read(`--${name} ${given}`, given, parseDuration)
    return otherwise ?? this.wrong(`--${name} is missing`)
  }

  /** The same, above 0. */
  span(name: SlaOption, otherwise?: Seconds): Seconds {
    const time = this.time(name, otherwise)
    if (time > 0) return time
    throw new Refusal(`--${name} ${this.options.sla[name]}: must be longer than 0s`)
  }

  /** An amount of data, B, above 0. */
  size(name: SlaOption): number {
    return this.positive(name, parseBytes)
  }

  /** A bandwidth, B/s, above 0; `otherwise` where it is left out. */
  bandwidth(name: SlaOption, otherwise?: number): number {
    return otherwise !== undefined && !this.has(name) ? otherwise : this.positive(name, parseBandwidth)
  }

  private positive(name: SlaOption, parse: (input: unknown) => Parsed): number {
    const given = this.options.sla[name]
    if (given === undefined) this.wrong(`--${name} is missing`)
    const value = read(`--${name} ${given}`, given, parse)
    if (value > 0) return value
    throw new Refusal(`--${name} ${given}: must be more than nothing`)
  }

  /** A number from 0 up without a unit: money, or a rate of spending. */
  amount(name: SlaOption): number | undefined {
    const given = this.options.sla[name]
    if (given === undefined) return undefined
    const value = /^\d+(\.\d+)?$|^\.\d+$/.test(given) ? Number(given) : Number.NaN
    if (value >= 0 && value <= 1e15) return value
    throw new Refusal(`--${name} ${given}: must be a number from 0 up, such as 1000 or 14.4`)
  }
}

/** One of some words, or a refusal that says what was probably meant. */
export function named<Thing>(word: string, what: string, things: Readonly<Record<string, Thing>>): Thing {
  if (Object.hasOwn(things, word)) return things[word]
  const names = Object.keys(things)
  throw new Refusal(`there is no ${what} "${word}" (${didYouMean(word, names) ?? `there are ${names.join(', ')}`})`)
}

function read(shown: string, given: string, parse: (input: unknown) => Parsed): number {
  const parsed = parse(given)
  if (parsed.ok) return parsed.value
  throw new Refusal(`${shown}: ${parsed.message}${parsed.hint === undefined ? '' : ` (${parsed.hint})`}`)
}

function whole(shown: string, given: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
  if (value >= least && value <= most) return value
  throw new Refusal(`${shown}: must be a whole number from ${least} to ${most}`)
}
