/** `blackstart check FILE`: is the file right, as written and in every variant? Nothing is run. */
import { variantNames } from '../scenario/load.ts'
import type { Problem } from '../scenario/problems.ts'
import { readScenario } from './files.ts'
import type { Options } from './options.ts'
import { type Console, type ExitCode, printJson, Refusal } from './output.ts'
import { onlyFile } from './run.ts'
import { loadVariant } from './simulate.ts'

export function check(options: Options, console: Console): ExitCode {
  const file = onlyFile(options, 'check')
  const text = readScenario(file, options.limits.bytes)
  const variants = options.variant === undefined ? [undefined, ...variantNames(text, file, options.limits)] : [options.variant]
  const problems = new Map<string, Problem>()
  const notices = new Set<string>()
  let described: Record<string, unknown> = {}
  for (const variant of variants) {
    const loaded = loadVariant(text, file, options, variant)
    if (!loaded.ok) for (const problem of loaded.problems) problems.set(JSON.stringify(problem), problem)
    else {
      for (const notice of loaded.notices) notices.add(variant === undefined ? notice : `${variant}: ${notice}`)
      if (Object.keys(described).length === 0) {
        const { scenario } = loaded
        described = {
          scenario: scenario.name,
          variant: scenario.variant,
          scenarioHash: scenario.hash,
          variants: loaded.variants,
        }
      }
    }
  }
  if (problems.size > 0) throw new Refusal('the file is invalid', file, [...problems.values()])
  if (options.isJson) printJson(console, { file, problems: [], ...described, notices: [...notices] })
  else {
    if (!options.isQuiet) for (const notice of notices) console.err(`note: ${notice}\n`)
    const count = variants.length - 1
    console.out(`${file}: right${count > 0 ? `, with ${count} ${count === 1 ? 'variant' : 'variants'}` : ''}\n`)
  }
  return 0
}
