import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Link, readLink, writeLink } from '../../web/state/links.ts'

const shipped: Link = { file: 'incidents/x.yaml', text: null, variant: 'lean', seed: '7#3', at: 3600.25, mode: 'run' }
const text = 'name: mine # 我的\nquestion: "a & b = c?"\n'.repeat(40)
const packed = (given: string | Buffer): string => deflateRawSync(given, { level: 9 }).toString('base64url')

describe('links', () => {
  test('of scenarios that come with the page are short and readable', async () => {
    expect(await writeLink(shipped)).toBe('#scenario=incidents/x.yaml&variant=lean&seed=7%233&t=3600.25')
    expect(await readLink(await writeLink(shipped))).toEqual({ kind: 'link', link: shipped })
  })

  test('of a text bring it along, to the last character', async () => {
    const link: Link = { file: 'mine.yaml', text, variant: null, seed: ' a+b% ', at: null, mode: 'recovery' }
    const read = await readLink(await writeLink(link))
    expect(read).toEqual({ kind: 'link', link: { ...link, file: 'linked.yaml', seed: 'a+b%' } })
  })

  test('of a mode that there is not open on one run', async () => {
    expect(await readLink('#scenario=incidents/x.yaml&variant=lean&seed=7%233&t=3600.25&mode=magic')).toEqual({
      kind: 'link',
      link: shipped,
    })
  })

  test('that the command line prints are read', async () => {
    const hash = new URLSearchParams({ s: packed(text), seed: '8', t: '60' })
    const link = { file: 'linked.yaml', text, variant: null, seed: '8', at: 60, mode: 'run' }
    expect(await readLink(`#${hash}`)).toEqual({ kind: 'link', link })
  })

  test('without anything to open are none', async () => {
    for (const hash of ['', '#', '#t=5', '#variant=lean', '#what=ever']) expect(await readLink(hash)).toEqual({ kind: 'none' })
  })

  test('that were cut give back what can be read', async () => {
    const noise = Array.from({ length: 5000 }, (_, i) => `line ${(i * 7919) % 10_007}`).join('\n')
    const read = await readLink(`#s=${packed(noise).slice(0, 8000)}`)
    if (read.kind !== 'damaged') throw new Error(read.kind)
    expect(read.text.length).toBeGreaterThan(1000)
    expect(noise.startsWith(read.text.slice(0, 1000))).toBe(true)
  })

  test('that are nonsense are damaged, and nothing else happens', async () => {
    for (const hash of ['#s=', '#s=%%%', '#s=!!!!', '#s=AAAA', '#s=日本']) {
      const read = await readLink(hash)
      expect([hash, read.kind]).toEqual([hash, 'damaged'])
    }
  })

  test('that swell are stopped at the length of a file', async () => {
    const bomb = packed(Buffer.alloc(30_000_000))
    expect(bomb.length).toBeLessThan(40_000)
    expect(await readLink(`#s=${bomb}`)).toEqual({ kind: 'too-long', text: '' })
  })

  test('with a moment that is none open where the run opens', async () => {
    for (const at of ['', 'soon', 'NaN', 'Infinity']) {
      const read = await readLink(`#scenario=x.yaml&t=${at}`)
      expect(read.kind === 'link' && read.link.at).toBe(null)
    }
  })
})
