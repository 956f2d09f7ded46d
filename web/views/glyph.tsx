/** One small sign for each state: colour, shape and (beside it) a word always go together. */
import type { StateName } from '../state/states.ts'

const SHAPES: Readonly<Record<StateName, string>> = {
  up: 'M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  restoring: 'M6 1.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zm0 1.500v6a3 3 0 0 1 0-6z',
  booting: 'M6 1.500 11 10.500H1z',
  waiting: 'M2 1.500h8L6.800 6 10 10.500H2L5.200 6z',
  dark: 'M1.500 1.500h9v9h-9z',
  cut: 'M1 4.800h3v2.400H1zM8 4.800h3v2.400H8zM5 1h2v3H5zM5 8h2v3H5z',
  shut: 'M1.500 1.500h9v9h-9zm2 4v1.500h5V5.500z',
  stuck: 'M6 .8 11.200 6 6 11.200.8 6z',
  down: 'M2.600 1.200 6 4.600l3.400-3.400 1.400 1.400L7.400 6l3.400 3.400-1.400 1.400L6 7.400l-3.400 3.400-1.400-1.400L4.600 6 1.200 2.600z',
  lost: 'M5 1h2v2.500h3v2H7V11H5V5.500H2v-2h3z',
  degraded: 'M1 8.500 6 3l5 5.500L9.500 10 6 6.200 2.500 10z',
  overloaded: 'M6 1l4 4.500H7.500V7h-3V5.500H2zM2 8.500h8v2H2z',
  metastable: 'M6 1.200a4.800 4.800 0 1 1-4.800 4.800H3a3 3 0 1 0 3-3v1.800L2.600 2.400 6 0z',
  closed: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zM3 5v2h6V5z',
  holding: 'M3.500 2h1.500V1h2v1h1.500v9h-5zM5 6v3.500h2V6z',
  generating: 'M7 .8 2.500 6.800h3L5 11.200l4.500-6h-3z',
  standby: 'M1.500 5h9v2h-9z',
  active: 'M7 .8 2.500 6.800h3L5 11.200l4.500-6h-3z',
  over: 'M1.500 5h9v2h-9z',
  absent: 'M6 4.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z',
}

export function Glyph({ state }: { state: StateName }) {
  const outlined = state === 'dark'
  return (
    <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={SHAPES[state]}
        fill={`var(--${state})`}
        {...(outlined && { stroke: 'var(--faint)', 'stroke-width': 1 })}
        fill-rule="evenodd"
      />
    </svg>
  )
}
