/**
 * Installs what is missing before `npm start` and `npm test`: the packages, with --browser a Chromium, with --engines two more
 * JavaScript engines where that is easy. Runs when nothing is installed yet, so it imports only Node. Builds nothing, and is
 * quick when everything is there.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
/** Shells of other engines: what they may be called, and the packages of Debian that hold one, the first that there is. */
const ENGINES = [
  { commands: ['js140', 'js128', 'js115', 'js102'], packages: ['libmozjs-102-dev', 'libmozjs-115-dev', 'libmozjs-128-dev'] },
  { commands: ['jsc'], packages: ['libjavascriptcoregtk-4.0-bin'] },
]
const canInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0

installPackages()
if (process.argv.includes('--browser') && findBrowser() === undefined) installBrowser()
if (process.argv.includes('--engines') && canInstall) installEngines()

function installPackages() {
  const lock = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  console.error('Installing packages …')
  // `prepare` builds the library, which the scripts that follow do anyway.
  run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'])
}

/** The browser that tests drive: CHROME_BIN, or one on the PATH, or the one that playwright keeps. */
function findBrowser() {
  const given = process.env.CHROME_BIN
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given
    console.error(`CHROME_BIN is ${given}, and there is no such file; looking for another browser.`)
  }
  return onPath(NAMES) ?? playwrightsOwn()
}

function onPath(names) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return undefined
}

function playwrightsOwn() {
  const script = "import('playwright').then(({ chromium }) => console.log(chromium.executablePath()))"
  const { stdout, status } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' })
  const path = stdout?.trim()
  return status === 0 && path !== '' && existsSync(path) ? path : undefined
}

function installBrowser() {
  console.error('Installing a Chromium for the browser tests …')
  if (canInstall) {
    try {
      run('apt-get', ['update', '-qq'])
      aptInstall('chromium', 'fonts-wqy-microhei')
      return
    } catch {
      console.error('apt-get could not install Chromium; trying playwright.')
    }
  }
  try {
    run('npx', ['playwright', 'install', '--only-shell', 'chromium'])
  } catch {
    console.error('No Chromium could be installed. Install one, or set CHROME_BIN to it, and run npm test again.')
    process.exit(1)
  }
}

/** Never fails: the tests name the engines that are not there, and fail without them only where they are required. */
function installEngines() {
  const missing = ENGINES.filter(({ commands }) => onPath(commands) === undefined)
  if (missing.length === 0) return
  console.error('Installing more JavaScript engines for the tests …')
  try {
    run('apt-get', ['update', '-qq'])
  } catch {
    return console.error('apt-get could not update its lists; going on without them.')
  }
  for (const { commands, packages } of missing) {
    const known = packages.find(name => spawnSync('apt-cache', ['show', name]).status === 0)
    try {
      if (known === undefined) throw new Error('no such package')
      aptInstall(known)
    } catch {
      console.error(`apt-get could not install ${commands.at(-1)}; going on without it.`)
    }
  }
}

function aptInstall(...packages) {
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages])
}

function run(command, args) {
  const isWindows = process.platform === 'win32'
  execFileSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: isWindows,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}
