/** `blackstart schema`: the JSON Schema of scenario files, for editors. */
import { publishedSchema } from '../scenario/json-schema.ts'
import type { Options } from './options.ts'
import { type Console, type ExitCode, Refusal } from './output.ts'

export function schema({ positionals, isJson }: Options, console: Console): ExitCode {
  if (positionals.length > 0) throw new Refusal('schema takes no file: blackstart schema')
  console.out(`${JSON.stringify(publishedSchema(), undefined, isJson ? undefined : 2)}\n`)
  return 0
}
