/** One of several equal parts of a list of work, for machines that share it. */
import { Refusal } from '../output.ts'

export interface Shard {
  /** From 1. */
  readonly index: number
  readonly count: number
}

/** Reads `2/3`. */
export function parseShard(given: string): Shard {
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(given) ?? []).map(Number)
  if (index >= 1 && index <= count) return { index, count }
  throw new Refusal(`--shard ${given}: write which part of how many, such as 2/3`)
}

/** Every `count`-th item, so that a heavy file with many variants is spread; the shards together are the list. */
export function inShard<Item>(items: readonly Item[], { index, count }: Shard): Item[] {
  return items.filter((_, i) => i % count === index - 1)
}
