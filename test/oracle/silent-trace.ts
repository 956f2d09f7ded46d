import { Trace } from '../../sim/trace/trace.ts'

/** A trace that keeps nothing: oracles run for millions of events and look at the state itself. */
export class SilentTrace extends Trace {
  override write(): number {
    return 0
  }
}
