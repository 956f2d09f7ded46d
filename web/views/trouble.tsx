/** What went wrong with the latest attempt to run something. The run before it stays as it is, and a text that is wrong can be mended. */
import { useSignal } from '@preact/signals'
import { language, run, start, type Trouble, trouble } from '../state/store.ts'
import { formatSize } from '../words/quantities.ts'
import { words } from './speak.ts'

export function TroubleBar() {
  const say = words()
  const wrong = trouble.value
  if (wrong === null) return null
  return (
    <div class="trouble" role="alert">
      <div>
        <TroubleText wrong={wrong} />
        {run.value !== null && wrong.kind !== 'cancelled' && <p class="quiet">{say.previousStays}</p>}
        {wrong.kind === 'wrong' && wrong.text !== null && <Editor key={wrong.text} file={wrong.file} text={wrong.text} />}
        {wrong.kind === 'link' && wrong.link.text !== '' && (
          <Editor key={wrong.link.text} file="linked.yaml" text={wrong.link.text} />
        )}
      </div>
      <button
        type="button"
        onClick={() => {
          trouble.value = null
        }}
      >
        {say.dismiss}
      </button>
    </div>
  )
}

export function TroubleText({ wrong }: { wrong: Trouble }) {
  const say = words()
  switch (wrong.kind) {
    case 'cancelled':
      return <p>{say.runCancelled}</p>
    case 'too-long':
      return (
        <p>
          <strong>{say.fileTooLong(formatSize(wrong.bytes, language.value))}</strong>
        </p>
      )
    case 'broken':
      return (
        <p>
          <strong>{say.runBroken}</strong> <span lang="en">{wrong.message}</span>
        </p>
      )
    case 'absent':
      return (
        <p>
          <strong>{say.noSuchScenario(wrong.file)}</strong>
        </p>
      )
    case 'link': {
      const { kind, text } = wrong.link
      return (
        <p>
          <strong>{kind === 'too-long' ? say.linkUnpacksTooLong : text === '' ? say.linkEmpty : say.linkDamaged}</strong>
        </p>
      )
    }
    case 'wrong':
      return (
        <>
          <p>
            <strong>{say.fileWrong(wrong.file, wrong.problems.length)}</strong>
          </p>
          <ul class="problems">
            {wrong.problems.map(problem => (
              <li key={`${problem.file}:${problem.line}:${problem.column}:${problem.path}:${problem.message}`}>
                <span class="quiet">
                  {problem.file === wrong.file ? '' : `${problem.file} `}
                  {say.lineColumn(problem.line, problem.column)}
                </span>
                <span lang="en">
                  {problem.path !== '' && <code>{problem.path}: </code>}
                  {problem.message}
                  {problem.hint !== undefined && <span class="quiet"> ({problem.hint})</span>}
                </span>
              </li>
            ))}
          </ul>
        </>
      )
    default:
      return wrong satisfies never
  }
}

/** The text that is wrong, to be mended here and now. */
function Editor({ file, text }: { file: string; text: string }) {
  const say = words()
  const written = useSignal(text)
  return (
    <details open={text.length < 20_000}>
      <summary>{say.editText}</summary>
      <form
        class="editor"
        onSubmit={event => {
          event.preventDefault()
          void start({ file, text: written.value, variant: null, seed: null })
        }}
      >
        <textarea
          aria-label={say.textOf(file)}
          lang="en"
          spellcheck={false}
          autocomplete="off"
          rows={8}
          value={text}
          onInput={event => {
            written.value = event.currentTarget.value
          }}
        />
        <button type="submit" class="primary">
          {say.runText}
        </button>
      </form>
    </details>
  )
}
