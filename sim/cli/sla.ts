/** `blackstart sla TOPIC …`: availability by formula, what promises are worth, and weak points; nothing is run. */
import type { Options } from './options.ts'
import { type Console, type ExitCode, printJson, Refusal } from './output.ts'
import type { Topic } from './sla/answer.ts'
import { Asked, named } from './sla/asked.ts'
import { design } from './sla/design.ts'
import { promises } from './sla/promises.ts'
import { structures } from './sla/structures.ts'
import { weakPointsTopic } from './sla/weak-points.ts'

const TOPICS: Readonly<Record<string, Topic>> = { ...promises, ...structures, ...design, 'weak-points': weakPointsTopic }

export function sla(options: Options, console: Console): ExitCode {
  const [name, ...operands] = options.positionals
  if (name === undefined) throw new Refusal(`no topic given\n${slaTopics()}`)
  const topic = named(name, 'topic of sla', TOPICS)
  const foreign = Object.keys(options.sla).find(option => !(topic.options as readonly string[]).includes(option))
  if (foreign !== undefined) throw new Refusal(`sla ${name} has no --${foreign}: blackstart sla ${topic.usage}`)
  const { data, text } = topic.answer(new Asked(operands, options, topic.usage))
  if (options.isJson) printJson(console, data)
  else console.out(`${text}\n`)
  return 0
}

/** Every topic with what it answers. */
export function slaTopics(): string {
  return Object.values(TOPICS)
    .map(({ usage, help }) => `  sla ${usage}\n      ${help}`)
    .join('\n')
}
