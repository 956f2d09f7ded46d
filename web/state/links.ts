/**
 * Addresses that open the page on one scenario, variant, seed, moment and mode: `#scenario=az-loss.yaml&variant=lean&seed=7&t=3600`, or
 * `#s=…` with the compressed text of a file of the reader's own. What the command line prints under a failure is read here too.
 */
import { FILE_BYTES_MAX } from '../worker/protocol.ts'

/** What a link opens. */
export interface Link {
  /** Path below `scenarios/`; for a text of one's own, any name. */
  readonly file: string
  readonly text: string | null
  readonly variant: string | null
  readonly seed: string | null
  /** s; null for the moment at which the page would open by itself. */
  readonly at: number | null
  readonly mode: Mode
}

/** What the page is about: one run through time, the ways back in it, several runs, or what is promised of availability. */
export const MODES = ['run', 'recovery', 'several', 'promises'] as const
export type Mode = (typeof MODES)[number]

/** A link that cannot be followed, with as much of its text as could be had. */
export interface BrokenLink {
  readonly kind: 'damaged' | 'too-long'
  readonly text: string
}

export type LinkRead = { readonly kind: 'link'; readonly link: Link } | BrokenLink | { readonly kind: 'none' }

/** Longer addresses are cut by browsers, chats and logs. */
export const LINK_LENGTH_MAX = 8000
/** Name of a text that came with a link, for messages. */
const LINKED = 'linked.yaml'
const SEED_LENGTH_MAX = 200

/** The part of an address from `#` on. */
export async function writeLink({ file, text, variant, seed, at, mode }: Link): Promise<string> {
  const hash = new URLSearchParams()
  if (text === null) hash.set('scenario', file)
  else hash.set('s', toBase64Url(await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(text))))
  if (variant !== null) hash.set('variant', variant)
  if (seed !== null) hash.set('seed', seed)
  if (at !== null) hash.set('t', String(at))
  if (mode !== 'run') hash.set('mode', mode)
  return `#${String(hash).replaceAll('%2F', '/')}`
}

/** Reads the part of an address from `#` on. What it does not know is left alone. */
export async function readLink(hash: string): Promise<LinkRead> {
  const given = new URLSearchParams(hash.replace(/^#/, ''))
  const file = given.get('scenario')
  const packed = given.get('s')
  if (file === null && packed === null) return { kind: 'none' }
  const at = given.get('t')
  const moment = at === null || at.trim() === '' ? NaN : Number(at)
  const link: Link = {
    file: file ?? LINKED,
    text: null,
    variant: given.get('variant') || null,
    seed: given.get('seed')?.trim().slice(0, SEED_LENGTH_MAX) || null,
    at: Number.isFinite(moment) ? moment : null,
    mode: MODES.find(mode => mode === given.get('mode')) ?? 'run',
  }
  if (packed === null) return { kind: 'link', link }
  const unpacked = await unpack(packed)
  return unpacked.kind === 'whole' ? { kind: 'link', link: { ...link, file: LINKED, text: unpacked.text } } : unpacked
}

/** Decompresses what a stranger sent, and no more of it than a file may be long. */
async function unpack(packed: string): Promise<{ kind: 'whole'; text: string } | BrokenLink> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  try {
    const reader = stream(new DecompressionStream('deflate-raw'), fromBase64Url(packed)).getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > FILE_BYTES_MAX) {
        void reader.cancel().catch(() => {})
        return { kind: 'too-long', text: '' }
      }
      text += decoder.decode(next.value, { stream: true })
    }
    return { kind: 'whole', text: text + decoder.decode() }
  } catch {
    return { kind: 'damaged', text }
  }
}

function stream(
  transform: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(transform)
}

async function through(transform: CompressionStream, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream(transform, bytes)).arrayBuffer())
}

/** Characters that `String.fromCharCode` takes at once. */
const CHUNK = 8192

function toBase64Url(bytes: Uint8Array): string {
  let characters = ''
  for (let at = 0; at < bytes.length; at += CHUNK) characters += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Throws for what is not base64url. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0))
}
