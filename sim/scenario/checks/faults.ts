/** Faults: when they strike and end, once or again and again. */
import { effects } from '../../effects/index.ts'
import { mean } from '../../engine/distribution.ts'
import { law } from '../../units/fields.ts'
import { parseDuration, parseRatio } from '../../units/parse.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { nearestTo } from '../problems.ts'
import { checkCard } from './cards.ts'
import { type Draft, PLACE_KEYS } from './draft.ts'
import { checkMoment } from './moments.ts'
import { checkServiceName } from './names.ts'
import { checkTarget, selectedKind } from './targets.ts'

const everyLaw = law()
/** A shorter mean would be as good as for ever, and would never let the run end, s. */
const EVERY_MIN = 1

export function checkFault(draft: Draft, path: Path, fault: Data): void {
  const id = path[path.length - 1]
  if (fault.every !== undefined || fault.at === undefined) checkRecurrence(draft, path, fault)
  for (const key of ['each', 'beta', 'via'])
    if (fault[key] !== undefined && fault.every === undefined)
      draft.complain([...path, key], `belongs to a fault that strikes again and again`, 'say how often with `every`', true)
  checkMoment(draft, [...path, 'at'], fault.at)
  checkMoment(draft, [...path, 'until'], fault.until)
  checkTarget(draft, [...path, 'target'], fault.target, fault.kind)
  checkCard(draft, path, fault)
  if (fault.kind === 'breaker-fault' && fault.mode === 'stuck' && isMap(fault.target))
    checkStuck(draft, [...path, 'target', 'feed'], fault.target.feed)
  if (isMap(fault.at) && typeof fault.at.after === 'string' && fault.at.after.replace(/\.(start|end)$/, '') === id)
    draft.complain([...path, 'at'], 'a fault cannot wait for itself')
  const [at, until] = [fault.at, fault.until].map(moment => parseDuration(moment))
  if (at.ok && until.ok && until.value <= at.value) draft.complain([...path, 'until'], 'it would end before it strikes')
  if (fault.lasts !== undefined && fault.until !== undefined && fault.every === undefined)
    draft.complain([...path, 'until'], 'a fault has either `lasts` or `until`', undefined, true)
}

/** Only a switch that moves can be stuck. */
function checkStuck(draft: Draft, path: Path, feed: unknown): void {
  const names = [feed ?? []].flat().map(String)
  const other = names.find(name => name !== 'transfer' && !name.endsWith('/transfer'))
  if (other !== undefined) draft.complain(path, `"${other}" does not move and cannot be stuck`, 'feed: transfer, or mode: open')
}

/** What strikes again and again must end in between, and its members must be there to fail by themselves. */
function checkRecurrence(draft: Draft, path: Path, fault: Data): void {
  const { kind, target, every, lasts, until, odds, each, beta, via } = fault
  if (every === undefined) {
    if (Object.keys(fault).some(key => nearestTo(key, ['at', 'every']) !== undefined)) return // misspelt, not missing
    draft.complain([...path, 'at'], 'is missing', 'needs a time such as 30m, or `every` to strike again and again')
    return
  }
  const parsed = everyLaw.safeParse(every)
  if (parsed.success && mean(parsed.data) < EVERY_MIN)
    draft.complain([...path, 'every'], 'its mean must be at least 1s', 'what strikes more often is better said as a share')
  if (lasts === undefined && via === undefined)
    draft.complain([...path, 'every'], 'it must end before it can strike again', 'add `lasts`, or `via` and a crew', true)
  if (until !== undefined)
    draft.complain([...path, 'until'], 'a fault with `every` ends again and again', 'say how long with `lasts`', true)
  const share = parseRatio(odds)
  if (share.ok && share.value > 0 && share.value < 1)
    draft.complain(
      [...path, 'odds'],
      'with `every` it strikes or it does not: 0% or 100%',
      'for fewer strikes a longer `every`',
    )
  if (beta !== undefined && each === undefined)
    draft.complain([...path, 'beta'], 'only members have causes in common', 'say which with `each`', true)
  checkServiceName(draft, [...path, 'via'], via, ['crew'])
  checkMembers(draft, [...path, 'each'], kind, target, each)
}

/** Whether the targets of a fault can be told apart by a kind of place, or are made of such draft.places. */
function checkMembers(draft: Draft, path: Path, effectKind: unknown, target: unknown, each: unknown): void {
  const effect = effects.find(({ kind }) => kind === effectKind)
  const struck = isMap(target) ? selectedKind(draft, target) : undefined
  const level = (PLACE_KEYS as readonly unknown[]).indexOf(each)
  if (effect === undefined || struck === undefined || level < 0) return
  const narrowest = struck === 'feed' ? PLACE_KEYS.indexOf('datacentre') : (PLACE_KEYS as readonly string[]).indexOf(struck)
  if (narrowest < 0)
    draft.complain(path, `a ${struck} does not lie in a ${String(each)}`, 'leave `each` out: all targets fail as one')
  else if (struck === 'feed' && isMap(target) && [target.feed].flat().some(feed => Object.hasOwn(draft.feeds, String(feed))))
    draft.complain(path, `a shared feed does not lie in a ${String(each)}`, 'leave `each` out: all targets fail as one')
  else if (level > narrowest && struck === 'feed')
    draft.complain(path, `a feed does not lie in a ${String(each)}`, 'each: datacentre')
  else if (level > narrowest && !(effect.targets as readonly unknown[]).includes(each))
    draft.complain(path, `${effect.kind} cannot strike a ${String(each)}`, `it strikes ${effect.targets.join(', ')}`)
}
