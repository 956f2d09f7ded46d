/** Serves the built page on this machine, and stays up. `PORT` chooses another port than 4173. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { preview } from 'vite'

const HOST = '127.0.0.1'
const root = fileURLToPath(new URL('..', import.meta.url))
const port = portFrom(process.env.PORT)

if (!existsSync(`${root}dist/web/index.html`)) fail('The page is not built yet: run npm run build, or npm start, which does.')

const server = await preview({
  root: `${root}web`,
  configFile: `${root}vite.config.ts`,
  logLevel: 'warn',
  preview: { host: HOST, port, strictPort: true, open: false },
}).catch(error => {
  if (!/in use|EADDRINUSE/i.test(String(error?.message))) throw error
  return fail(`Port ${port} is taken. Choose another one: PORT=${port + 1} npm start`)
})

const address = server.httpServer.address()
const url = `http://${HOST}:${typeof address === 'object' && address !== null ? address.port : port}/`
console.log(`Blackstart is at ${url}  (stop with Ctrl+C)`)
if (process.stdout.isTTY && process.env.CI === undefined) open(url)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.httpServer.close()
    process.exit(0)
  })
}

function portFrom(given) {
  if (given === undefined || given === '') return 4173
  const number = Number(given)
  if (!Number.isInteger(number) || number < 0 || number > 65_535) fail(`PORT must be a whole number up to 65535, got ${given}`)
  return number
}

/** Opens the reader's browser where there is one; it is no matter when there is not. */
function open(address) {
  const [command, ...rest] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return
  spawn(command, [...rest, address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
