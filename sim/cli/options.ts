/** The command line: options that all commands share, each with what it does, and what is said when it is wrong. */
import { parseArgs } from 'node:util'
import { LIMITS, type Limits } from '../scenario/load.ts'
import { didYouMean } from '../scenario/problems.ts'
import { parseRatio } from '../units/parse.ts'
import { Refusal } from './output.ts'
import { SLA_OPTIONS, type SlaOption, slaOptions } from './sla/options.ts'
import { parseShard, type Shard } from './test/shard.ts'

/** Every option: whether it takes a value, and a line of help. */
const OPTIONS = {
  seed: { type: 'string', value: 'S', help: 'where all chance comes from, in place of the file’s seed' },
  variant: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'one of the file’s variants; without it the file as written, and for studies every variant too',
  },
  set: {
    type: 'string',
    multiple: true,
    value: 'PATH=VALUE',
    help: 'change a value, such as services.web.instances=90; may be repeated',
  },
  trace: { type: 'string', value: 'FILE', help: 'write every row of the trace, one a line' },
  'check-determinism': {
    type: 'boolean',
    help: 'run it twice more, once in slices of a few events, and compare every row and draw',
  },
  recovery: { type: 'boolean', help: 'for every fault: when what it touched was back, and the critical path there' },
  savings: { type: 'boolean', help: 'with --recovery: run again without each limit on a path, and tell what that saves' },
  at: { type: 'string', value: 'TIME', help: 'the moment asked about, such as 1h5m; the end of the run without it' },
  workers: { type: 'string', value: 'N', help: 'runs at once; as many as there are processors without it' },
  shard: { type: 'string', value: 'I/N', help: 'the I-th of N equal parts of the work, such as 2/3' },
  junit: { type: 'string', value: 'FILE', help: 'write the results as JUnit XML' },
  github: { type: 'boolean', help: 'print GitHub annotations on the lines of the expectations' },
  summary: { type: 'string', value: 'FILE', help: 'write the results as Markdown' },
  baseline: { type: 'string', value: 'FILE', help: 'tell what changed since the results kept in this file' },
  update: { type: 'boolean', help: 'keep these results in the file of --baseline' },
  page: { type: 'string', value: 'URL', help: 'the page that links lead to; http://localhost:4173 without it' },
  check: { type: 'boolean', help: 'change nothing; list the files that would change' },
  replications: { type: 'string', value: 'N', help: 'runs of each variant, at most; 100 without it' },
  'half-width': {
    type: 'string',
    value: 'X',
    help: 'stop when the interval of a mean is ± X or narrower, such as 0.01% or 5s',
  },
  of: {
    type: 'string',
    value: 'ID',
    help: 'the expectation that --half-width is about, or the service whose weak points are asked for',
  },
  confidence: { type: 'string', value: 'P', help: 'of all intervals; 95% without it' },
  journal: { type: 'string', value: 'FILE', help: 'keep every result here, and go on from those that are there' },
  out: { type: 'string', value: 'FILE', help: 'write the report as JSON' },
  json: { type: 'boolean', help: 'print JSON objects, one a line, and nothing else' },
  quiet: { type: 'boolean', short: 'q', help: 'no messages and no progress' },
  lang: { type: 'string', value: 'en|zh', help: 'language of explanations' },
  'max-bytes': { type: 'string', value: 'N', help: `size of a file, ${LIMITS.bytes}` },
  'max-depth': { type: 'string', value: 'N', help: `maps and lists inside one another, ${LIMITS.depth}` },
  'max-aliases': { type: 'string', value: 'N', help: `uses of *name, ${LIMITS.aliases}` },
  'max-values': { type: 'string', value: 'N', help: `values in a file, ${LIMITS.values}` },
  'max-files': { type: 'string', value: 'N', help: `files used by a file, ${LIMITS.files}` },
  'max-zones': { type: 'string', value: 'N', help: `zones of all regions, ${LIMITS.zones}` },
  'max-entities': { type: 'string', value: 'N', help: `racks, hosts and instances, ${LIMITS.entities}` },
  'max-events': { type: 'string', value: 'N', help: 'events of a run, 500000000' },
  'max-seconds': { type: 'string', value: 'N', help: 'wall time of a run, 600' },
  ...SLA_OPTIONS,
  help: { type: 'boolean', short: 'h', help: 'this' },
  version: { type: 'boolean', short: 'V', help: 'print the version' },
} as const

export type OptionName = keyof typeof OPTIONS

/** What was asked for. */
export interface Options {
  readonly positionals: readonly string[]
  readonly seed?: string
  /** The last one named. */
  readonly variant?: string
  readonly variants: readonly string[]
  readonly set: readonly (readonly [path: string, value: string])[]
  readonly trace?: string
  readonly at?: string
  /** Names of the options that were given. */
  readonly given: readonly OptionName[]
  readonly workers?: number
  readonly replications: number
  readonly halfWidth?: string
  readonly of?: string
  readonly confidence: number
  readonly journal?: string
  readonly out?: string
  readonly shard?: Shard
  readonly junit?: string
  readonly summary?: string
  readonly baseline?: string
  readonly updatesBaseline: boolean
  readonly forGitHub: boolean
  readonly page: string
  readonly onlyChecks: boolean
  readonly checksDeterminism: boolean
  readonly tellsRecovery: boolean
  readonly tellsSavings: boolean
  readonly isJson: boolean
  readonly isQuiet: boolean
  readonly language: 'en' | 'zh'
  readonly limits: Limits
  readonly eventsMax: number
  readonly secondsMax: number
  /** What was given of the options of `sla`. */
  readonly sla: Readonly<Partial<Record<SlaOption, string>>>
  readonly wantsHelp: boolean
  readonly wantsVersion: boolean
}

/** Reads the arguments after the command. Throws a Refusal that says what is wrong and what was probably meant. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args)
  const { language = 'en' } = { language: values.lang }
  if (language !== 'en' && language !== 'zh') throw new Refusal(`--lang ${language}: must be en or zh`)
  const whole = (name: OptionName, otherwise: number): number => {
    const given = values[name]
    if (given === undefined) return otherwise
    if (typeof given === 'string' && /^[1-9]\d{0,14}$/.test(given)) return Number(given)
    throw new Refusal(`--${name} ${String(given)}: must be a whole number above 0`)
  }
  const set = ((values.set as string[] | undefined) ?? []).map(setting => {
    const at = setting.indexOf('=')
    if (at <= 0) throw new Refusal(`--set ${setting}: write PATH=VALUE, such as services.web.instances=90`)
    return [setting.slice(0, at), setting.slice(at + 1)] as const
  })
  const variants = (values.variant as string[] | undefined) ?? []
  return {
    positionals,
    ...(typeof values.seed === 'string' && { seed: values.seed }),
    ...(variants.length > 0 && { variant: variants[variants.length - 1] }),
    variants,
    ...(typeof values.trace === 'string' && { trace: values.trace }),
    ...(typeof values.at === 'string' && { at: values.at }),
    given: (Object.keys(values) as OptionName[]).filter(name => values[name] !== undefined),
    ...(values.workers !== undefined && { workers: whole('workers', 1) }),
    replications: whole('replications', 100),
    ...(typeof values['half-width'] === 'string' && { halfWidth: values['half-width'] }),
    ...(typeof values.of === 'string' && { of: values.of }),
    confidence: confidenceOf(values.confidence),
    ...(typeof values.journal === 'string' && { journal: values.journal }),
    ...(typeof values.out === 'string' && { out: values.out }),
    ...(typeof values.shard === 'string' && { shard: parseShard(values.shard) }),
    ...(typeof values.junit === 'string' && { junit: values.junit }),
    ...(typeof values.summary === 'string' && { summary: values.summary }),
    ...(typeof values.baseline === 'string' && { baseline: values.baseline }),
    updatesBaseline: values.update === true,
    forGitHub: values.github === true,
    page: pageOf(values.page),
    onlyChecks: values.check === true,
    set,
    checksDeterminism: values['check-determinism'] === true,
    tellsRecovery: values.recovery === true || values.savings === true,
    tellsSavings: values.savings === true,
    isJson: values.json === true,
    isQuiet: values.quiet === true,
    language,
    limits: {
      bytes: whole('max-bytes', LIMITS.bytes),
      depth: whole('max-depth', LIMITS.depth),
      aliases: whole('max-aliases', LIMITS.aliases),
      values: whole('max-values', LIMITS.values),
      files: whole('max-files', LIMITS.files),
      zones: whole('max-zones', LIMITS.zones),
      entities: whole('max-entities', LIMITS.entities),
    },
    eventsMax: whole('max-events', 500_000_000),
    secondsMax: whole('max-seconds', 600),
    sla: slaOptions(values),
    wantsHelp: values.help === true,
    wantsVersion: values.version === true,
  }
}

function parse(args: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /Unknown option '--?([^']+)'/.exec(message)?.[1]
    const ambiguous = /Option '[^']*?(--[a-z-]+)[^']*' argument is ambiguous/.exec(message)?.[1]
    if (ambiguous !== undefined) {
      throw new Refusal(`${ambiguous} has no value; write one that begins with - as ${ambiguous}=-1`)
    }
    if (unknown === undefined) throw new Refusal(message.split('\n')[0])
    const hint = didYouMean(unknown, Object.keys(OPTIONS))
    throw new Refusal(`unknown option --${unknown}${hint === undefined ? '' : ` (${hint.replace('"', '"--')})`}`)
  }
}

function confidenceOf(given: unknown): number {
  if (given === undefined) return 0.95
  const parsed = parseRatio(given)
  if (parsed.ok && parsed.value >= 0.5 && parsed.value <= 0.9999) return parsed.value
  throw new Refusal(`--confidence ${String(given)}: must be between 50% and 99.99%`)
}

/** Where links lead; the page of `npm start` unless told otherwise. */
function pageOf(given: unknown): string {
  if (typeof given !== 'string') return 'http://localhost:4173/'
  if (!/^https?:\/\/[^\s#]+$/.test(given)) throw new Refusal(`--page ${given}: must be an address such as https://example.org/`)
  return given.replace(/\/*$/, '/')
}

/** Lines of help for the options named. */
export function optionHelp(names: readonly OptionName[]): string {
  const lines = names.map(name => {
    const option = OPTIONS[name]
    const value = 'value' in option ? ` ${option.value}` : ''
    return [`  --${name}${value}`, option.help]
  })
  const width = Math.max(...lines.map(([left]) => left.length))
  return lines.map(([left, right]) => `${left.padEnd(width)}  ${right}`).join('\n')
}
