// The compiler writes plain files; the command that npm linked must stay executable after every rebuild.
import { chmodSync } from 'node:fs'

chmodSync(new URL('../../dist/lib/cli/main.js', import.meta.url), 0o755)
