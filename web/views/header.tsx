/** What runs, with which seed, and how to run something else. */
import { useSignal } from '@preact/signals'
import {
  cancel,
  catalogue,
  copyLink,
  isHelpOpen,
  language,
  mode,
  openFile,
  progress,
  request,
  run,
  start,
} from '../state/store.ts'
import { dictionaries, LANGUAGES, LOCALES } from '../words/words.ts'
import type { ScenarioEntry } from '../worker/protocol.ts'
import { moment, words } from './speak.ts'

const LOCAL = ' local'

export function Header() {
  const say = words()
  const { file, text, variant, seed } = request.value
  const variants = run.value?.scenario.file === file ? run.value.scenario.variants : entryOf(file)?.variants
  return (
    <header class="header">
      <h1>Blackstart</h1>
      <label>
        <select
          class="scenario-picker"
          aria-label={say.scenario}
          value={text === null ? file : LOCAL}
          onChange={event => {
            const chosen = event.currentTarget.value
            if (chosen !== LOCAL) void start({ file: chosen, text: null, variant: null, seed: null })
          }}
        >
          {foldersOf(catalogue.value).map(([folder, entries]) => {
            const options = entries.map(entry => (
              <option key={entry.file} value={entry.file}>
                {entry.title[language.value]}
              </option>
            ))
            if (folder === '') return options
            return (
              <optgroup key={folder} label={say.folder(folder)}>
                {options}
              </optgroup>
            )
          })}
          {catalogue.value.length === 0 && <option value={file}>{file}</option>}
          {text !== null && <option value={LOCAL}>{say.localFile(file)}</option>}
        </select>
      </label>
      {variants !== undefined && variants.length > 0 && (
        <label>
          <span class="wide">{say.variant}</span>
          <select
            class="variant-picker"
            aria-label={say.variant}
            value={variant ?? ''}
            onChange={event => {
              const chosen = event.currentTarget.value
              void start({ file, text, variant: chosen === '' ? null : chosen, seed: null })
            }}
          >
            <option value="">{say.asWritten}</option>
            {variants.map(({ name, title }) => (
              <option key={name} value={name}>
                {title[language.value]}
              </option>
            ))}
          </select>
        </label>
      )}
      <form
        class="progress"
        onSubmit={event => {
          event.preventDefault()
          const given = new FormData(event.currentTarget).get('seed')
          void start({ file, text, variant, seed: typeof given === 'string' && given.trim() !== '' ? given.trim() : null })
        }}
      >
        <label>
          {say.seed}
          <input class="seed" name="seed" autocomplete="off" maxLength={200} value={seed ?? ''} key={seed} />
        </label>
        {progress.value === null ? (
          <button type="submit" class="primary" title={say.runAgain}>
            {say.run}
          </button>
        ) : (
          <Running />
        )}
      </form>
      <OpenFile />
      <CopyLink />
      <span class="space" />
      <Modes />
      <span class="space" />
      <Fingerprint />
      <fieldset class="choices" aria-label={say.language}>
        {LANGUAGES.map(each => (
          <button
            key={each}
            type="button"
            lang={LOCALES[each]}
            aria-pressed={language.value === each}
            onClick={() => {
              language.value = each
            }}
          >
            {each === 'en' ? 'EN' : dictionaries[each].languageName}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        aria-label={say.help}
        title={say.help}
        onClick={() => {
          isHelpOpen.value = true
        }}
      >
        ?
      </button>
    </header>
  )
}

/** Scenarios by the folder they are in, in the order given; those in none have ''. */
function foldersOf(entries: readonly ScenarioEntry[]): [string, ScenarioEntry[]][] {
  const folders = new Map<string, ScenarioEntry[]>()
  for (const entry of entries) {
    const folder = entry.file.slice(0, Math.max(0, entry.file.lastIndexOf('/')))
    const own = folders.get(folder)
    if (own === undefined) folders.set(folder, [entry])
    else own.push(entry)
  }
  return [...folders]
}

const entryOf = (file: string) => catalogue.value.find(entry => entry.file === file)

function Running() {
  const say = words()
  const told = progress.value
  if (told === null) return null
  return (
    <>
      <progress value={told.now} max={told.horizon} aria-label={say.running} />
      <span class="quiet small">{told.now > 0 ? moment(told.now) : say.running}</span>
      <button type="button" onClick={cancel}>
        {say.cancel}
      </button>
    </>
  )
}

/** One run, its ways back, several runs, or what is promised. */
function Modes() {
  const say = words()
  const modes = [
    ['run', say.modeRun],
    ['recovery', say.modeRecovery],
    ['several', say.modeSeveral],
    ['promises', say.modePromises],
  ] as const
  return (
    <nav class="choices modes" aria-label={say.modes}>
      {modes.map(([name, title]) => (
        <button
          key={name}
          type="button"
          aria-pressed={mode.value === name}
          onClick={() => {
            mode.value = name
          }}
        >
          {title}
        </button>
      ))}
    </nav>
  )
}

function CopyLink() {
  const say = words()
  const said = useSignal('')
  return (
    <button
      type="button"
      title={say.copyLinkHint}
      disabled={run.value === null}
      onClick={async () => {
        const end = await copyLink()
        said.value = { copied: say.linkCopied, 'in-address': say.linkInAddress, 'too-long': say.linkTooLong }[end]
        setTimeout(() => {
          said.value = ''
        }, 2500)
      }}
    >
      <span aria-live="polite">{said.value === '' ? say.copyLink : said.value}</span>
    </button>
  )
}

function OpenFile() {
  const say = words()
  return (
    <>
      <input
        id="file"
        class="hidden"
        type="file"
        accept=".yaml,.yml"
        tabIndex={-1}
        aria-label={say.openFile}
        onChange={event => {
          const { files } = event.currentTarget
          if (files !== null && files.length > 0) void openFile(files[0])
          event.currentTarget.value = ''
        }}
      />
      <button type="button" title={say.openFileHint} onClick={() => document.getElementById('file')?.click()}>
        {say.openFile}
      </button>
    </>
  )
}

function Fingerprint() {
  const say = words()
  const isCopied = useSignal(false)
  const fingerprint = run.value?.fingerprint
  if (fingerprint === undefined) return null
  return (
    <button
      type="button"
      class="fingerprint"
      title={`${say.fingerprint}. ${say.fingerprintHint}`}
      aria-label={`${say.fingerprint} ${fingerprint}`}
      onClick={() => {
        void navigator.clipboard?.writeText(fingerprint).then(() => {
          isCopied.value = true
          setTimeout(() => {
            isCopied.value = false
          }, 1500)
        })
      }}
    >
      <output data-testid="fingerprint">{fingerprint}</output>
      <span aria-live="polite">{isCopied.value ? ` ${say.copied}` : ''}</span>
    </button>
  )
}
