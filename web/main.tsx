/** Starts the page. */
import { render } from 'preact'
import { begin, followLink } from './state/store.ts'
import { Page } from './views/page.tsx'
import { createSimulator } from './worker/client.ts'

const place = document.getElementById('page')
if (place === null) throw new Error('the page has no place for itself')
render(<Page />, place)
void begin(createSimulator(), navigator.languages)
addEventListener('hashchange', () => void followLink(location.hash))
