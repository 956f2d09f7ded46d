/** `blackstart compare FILE A B`: two variants under the same chance, and how they differ. */
import { readScenario } from '../files.ts'
import type { Options } from '../options.ts'
import { type Console, type ExitCode, Refusal } from '../output.ts'
import { variantNamed } from '../simulate.ts'
import { conduct } from './study.ts'
import { compareText } from './text.ts'

export async function compare(options: Options, console: Console): Promise<ExitCode> {
  const { positionals, variants } = options
  if (positionals.length !== 3) throw new Refusal('compare needs a file and two variants: blackstart compare FILE A B')
  if (variants.length > 0) throw new Refusal('compare takes its variants without --variant: blackstart compare FILE A B')
  const [file, ...names] = positionals
  const text = readScenario(file, options.limits.bytes)
  return conduct(text, file, names.map(variantNamed), options, console, compareText)
}
