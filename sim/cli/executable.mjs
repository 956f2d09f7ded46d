// The compiler writes plain files: the command must stay executable after every rebuild. And npm does not link a package's
// command for the package itself; with the link, npx in this folder starts at once instead of packing the folder first.
import { chmodSync, existsSync, lstatSync, rmSync, symlinkSync } from 'node:fs'

const root = new URL('../../', import.meta.url)
chmodSync(new URL('dist/lib/cli/main.js', root), 0o755)

const commands = new URL('node_modules/.bin/', root)
const link = new URL('blackstart', commands)
if (existsSync(commands) && process.platform !== 'win32') {
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link)
  symlinkSync('../../dist/lib/cli/main.js', link)
}
