/** What went wrong with the latest attempt to run something. The run before it stays as it is. */
import { language, run, trouble } from '../state/store.ts'
import { formatSize } from '../words/quantities.ts'
import { words } from './speak.ts'

export function TroubleBar() {
  const say = words()
  const wrong = trouble.value
  if (wrong === null) return null
  const stays = run.value === null ? '' : say.previousStays
  return (
    <div class="trouble" role="alert">
      <div>
        {wrong.kind === 'cancelled' && <p>{say.runCancelled}</p>}
        {wrong.kind === 'too-long' && (
          <p>
            <strong>{say.fileTooLong(formatSize(wrong.bytes, language.value))}</strong> {stays}
          </p>
        )}
        {wrong.kind === 'broken' && (
          <p>
            <strong>{say.runBroken}</strong> {wrong.message} {stays}
          </p>
        )}
        {wrong.kind === 'wrong' && (
          <>
            <p>
              <strong>{say.fileWrong(wrong.file, wrong.problems.length)}</strong> {stays}
            </p>
            <ul>
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
