/** The keys, in a dialog. */
import { useEffect, useRef } from 'preact/hooks'
import { isHelpOpen } from '../state/store.ts'
import { words } from './speak.ts'

export function Help() {
  const say = words()
  const dialog = useRef<HTMLDialogElement>(null)
  const isOpen = isHelpOpen.value
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  const keys: readonly (readonly [readonly string[], string])[] = [
    [['Space'], say.helpPlay],
    [['←', '→'], say.helpEvents],
    [['Shift ←', 'Shift →'], say.helpHeadlines],
    [['[', ']'], say.helpChanges],
    [['W', 'S'], say.helpZoom],
    [['A', 'D'], say.helpPan],
    [['F'], say.helpFit],
    [['← ↑ ↓ →'], say.helpMap],
    [['Esc'], say.helpClear],
    [['?'], say.helpHelp],
  ]
  return (
    <dialog
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => {
        isHelpOpen.value = false
      }}
    >
      <h2 id="help-title">{say.helpTitle}</h2>
      <dl>
        {keys.map(([names, does]) => (
          <>
            <dt>
              {names.map((name, i) => (
                <>
                  {i > 0 && ' '}
                  <kbd>{name}</kbd>
                </>
              ))}
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
      <p class="quiet">{say.helpPointer}</p>
      <p style={{ marginTop: '16px' }}>
        <button
          type="button"
          onClick={() => {
            isHelpOpen.value = false
          }}
        >
          {say.close}
        </button>
      </p>
    </dialog>
  )
}
