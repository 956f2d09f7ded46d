/**
 * Installs what is missing before `npm start` and `npm test`: the packages, and with --browser a Chromium. Runs when nothing is
 * installed yet, so it imports only Node. Builds nothing, and is quick when everything is there.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

installPackages()
if (process.argv.includes('--browser') && findBrowser() === undefined) installBrowser()

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
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return playwrightsOwn()
}

function playwrightsOwn() {
  const script = "import('playwright').then(({ chromium }) => console.log(chromium.executablePath()))"
  const { stdout, status } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' })
  const path = stdout?.trim()
  return status === 0 && path !== '' && existsSync(path) ? path : undefined
}

function installBrowser() {
  console.error('Installing a Chromium for the browser tests …')
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    try {
      run('apt-get', ['update', '-qq'])
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-wqy-microhei'])
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

function run(command, args) {
  const isWindows = process.platform === 'win32'
  execFileSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: isWindows,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}
