/** Every kind of plan that a scenario may name. */
import { autoscaler } from './autoscaler.ts'
import type { Plan } from './define.ts'
import { hostCare } from './host-care.ts'
import { runbook } from './runbook.ts'

export const plans: readonly Plan[] = [autoscaler, hostCare, runbook]
