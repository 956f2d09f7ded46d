/** `blackstart sla TOPIC …`: availability by formula, what promises are worth, and weak points; nothing is run. */
import type { OptionName, Options } from './options.ts'
import { type Console, type ExitCode, printJson, Refusal } from './output.ts'
import { agreements } from './sla/agreements.ts'
import type { Topic } from './sla/answer.ts'
import { Asked, named } from './sla/asked.ts'
import { design } from './sla/design.ts'
import { objectives } from './sla/objectives.ts'
import { SLA_OPTION_NAMES } from './sla/options.ts'
import { structures } from './sla/structures.ts'
import { weakPointsTopic } from './sla/weak-points.ts'

const TOPICS: Readonly<Record<string, Topic>> = {
  ...objectives,
  ...agreements,
  ...structures,
  ...design,
  'weak-points': weakPointsTopic,
}

export function sla(options: Options, console: Console): ExitCode {
  const [name, ...operands] = options.positionals
  if (name === undefined) throw new Refusal(`no topic given\n${slaTopics()}`)
  const topic = named(name, 'topic of sla', TOPICS)
  const own: readonly OptionName[] = [...topic.options, 'json', 'quiet']
  const foreign = options.given.find(option => !own.includes(option) && !(topic.readsScenario === true && !isOfSla(option)))
  if (foreign !== undefined) throw new Refusal(`sla ${name} has no --${foreign}: blackstart sla ${topic.usage}`)
  const { data, text } = topic.answer(new Asked(operands, options, topic.usage))
  if (options.isJson) printJson(console, data)
  else console.out(`${text}\n`)
  return 0
}

function isOfSla(option: OptionName): boolean {
  return (SLA_OPTION_NAMES as readonly OptionName[]).includes(option)
}

/** Every topic with what it answers. */
export function slaTopics(): string {
  return Object.values(TOPICS)
    .map(({ usage, help }) => `  sla ${usage}\n      ${help}`)
    .join('\n')
}
