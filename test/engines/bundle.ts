/**
 * Every shipped scenario and variant, run in whatever engine reads this: one line each, `NAME FINGERPRINT`. Bundled into one
 * classic script that bare shells take, which have neither modules nor files, so the texts come along.
 */
import { startRun } from '../../sim/experiment/run.ts'
import { load, variantNames } from '../../sim/scenario/load.ts'

/** What shells print with; absent where there is a console. */
declare const print: ((line: string) => void) | undefined

const say = typeof print === 'function' ? print : (line: string) => console.log(line)

const PREFIX = '../../scenarios/'
const texts = import.meta.glob<string>('../../scenarios/**/*.yaml', { query: '?raw', import: 'default', eager: true })
const files = Object.keys(texts)
  .map(path => path.slice(PREFIX.length))
  .filter(file => !file.startsWith('library/'))

for (const file of files) {
  const text = texts[PREFIX + file]
  for (const variant of [undefined, ...variantNames(text)]) {
    const loaded = load(text, { file: `scenarios/${file}`, read: path => texts[PREFIX + path], variant })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    const name = file.replace(/\.yaml$/, '').replace(/\//g, '-')
    say(`${name}${variant === undefined ? '' : `.${variant}`} ${startRun(loaded.scenario).complete().fingerprint}`)
  }
}
