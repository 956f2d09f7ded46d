/** Instance types in words: a row of the catalogue as `explain` prints it. */
import { type Allowance, GIBIBYTE, GIGABIT, INSTANCE_TYPES, type InstanceType, MEGABIT } from '../models/instance-types.ts'
import { formatDuration } from '../units/format.ts'
import type { Form } from './grammar.ts'

export const instanceForms: readonly Form[] = INSTANCE_TYPES.map(type => ({
  written: type.name,
  about: { en: inEnglish(type), zh: inChinese(type) },
}))

function inEnglish({ cpu, memory, network, volume, iops, credits, drivers, architecture, price, year }: InstanceType): string {
  const has = (what: string, unit: string, scale: number, of?: Allowance): string[] => {
    if (of === undefined) return []
    if (of.base === of.max) return [`${what} ${of.max / scale}${unit}`]
    return [`${what} ${of.base === undefined ? '' : `${of.base / scale} and `}up to ${of.max / scale}${unit}`]
  }
  const parts = [
    `${cpu} processors${architecture === 'arm' ? ' (Arm)' : ''}, ${memory / GIBIBYTE} GiB`,
    ...has('network', ' Gb/s', GIGABIT, network),
    ...has('volumes', ' Mb/s', MEGABIT, volume),
    ...has('IOPS', '', 1, iops),
    ...(credits === undefined
      ? []
      : [`credits for ${formatDuration(credits.store)} of one processor, ${share(credits.base / cpu)} % of each for ever`]),
    drivers.length === 0 ? 'no drivers of its own' : `drivers ${drivers.join(', ')}`,
  ]
  return `${parts.join('; ')}; $${price}/h; ${year}`
}

function inChinese({ cpu, memory, network, volume, iops, credits, drivers, architecture, price, year }: InstanceType): string {
  const has = (what: string, unit: string, scale: number, of?: Allowance): string[] => {
    if (of === undefined) return []
    if (of.base === of.max) return [`${what} ${of.max / scale}${unit}`]
    return [`${what}${of.base === undefined ? '' : ` 基线 ${of.base / scale}、`}最高 ${of.max / scale}${unit}`]
  }
  const parts = [
    `${cpu} 处理器${architecture === 'arm' ? '（Arm）' : ''}，${memory / GIBIBYTE} GiB`,
    ...has('网络', ' Gb/s', GIGABIT, network),
    ...has('存储卷', ' Mb/s', MEGABIT, volume),
    ...has('IOPS', '', 1, iops),
    ...(credits === undefined
      ? []
      : [`积分可供单处理器 ${formatDuration(credits.store)}，基线为各处理器的 ${share(credits.base / cpu)} %`]),
    drivers.length === 0 ? '无需专用驱动' : `驱动 ${drivers.join('、')}`,
  ]
  return `${parts.join('；')}；$${price}/h；${year} 年`
}

/** A share in per cent, to a tenth. */
function share(ratio: number): number {
  return Math.round(ratio * 1000) / 10
}
