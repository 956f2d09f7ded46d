/** Every effect that a scenario may name, as a fault or as a step of a plan. */
import { apiDeny } from './api-deny.ts'
import { breakerFault } from './breaker-fault.ts'
import { cacheFlush } from './cache-flush.ts'
import { capacityShortage } from './capacity-shortage.ts'
import { cardFailure } from './card-failure.ts'
import { close } from './close.ts'
import { configPush } from './config-push.ts'
import { controllerFault } from './controller-fault.ts'
import { coolingLoss } from './cooling-loss.ts'
import { crewGrow } from './crew-grow.ts'
import type { Effect } from './define.ts'
import { deregister } from './deregister.ts'
import { energise } from './energise.ts'
import { fabricFailure } from './fabric-failure.ts'
import { firmwareUpdate } from './firmware-update.ts'
import { generatorFault } from './generator-fault.ts'
import { hostDegrade } from './host-degrade.ts'
import { hostFailure } from './host-failure.ts'
import { ioLoad } from './io-load.ts'
import { leaseCut } from './lease-cut.ts'
import { leaseLimit } from './lease-limit.ts'
import { leaseTimeout } from './lease-timeout.ts'
import { linkCut } from './link-cut.ts'
import { linkDegrade } from './link-degrade.ts'
import { load } from './load.ts'
import { operatorError } from './operator-error.ts'
import { powerLoss } from './power-loss.ts'
import { resize } from './resize.ts'
import { satisfy } from './satisfy.ts'
import { scaleIn } from './scale-in.ts'
import { serviceImpair } from './service-impair.ts'
import { serviceScale } from './service-scale.ts'
import { shut } from './shut.ts'
import { siteClosed } from './site-closed.ts'
import { start } from './start.ts'
import { stateLoss } from './state-loss.ts'
import { utilityLoss } from './utility-loss.ts'
import { utilitySag } from './utility-sag.ts'
import { volumeBreak } from './volume-break.ts'
import { volumeCut } from './volume-cut.ts'
import { volumeGrow } from './volume-grow.ts'
import { volumePause } from './volume-pause.ts'

export const effects: readonly Effect[] = [
  apiDeny,
  breakerFault,
  cacheFlush,
  capacityShortage,
  cardFailure,
  close,
  configPush,
  controllerFault,
  coolingLoss,
  crewGrow,
  deregister,
  energise,
  fabricFailure,
  firmwareUpdate,
  generatorFault,
  hostDegrade,
  hostFailure,
  ioLoad,
  leaseCut,
  leaseLimit,
  leaseTimeout,
  linkCut,
  linkDegrade,
  load,
  operatorError,
  powerLoss,
  resize,
  satisfy,
  scaleIn,
  serviceImpair,
  serviceScale,
  shut,
  siteClosed,
  start,
  stateLoss,
  utilityLoss,
  utilitySag,
  volumeBreak,
  volumeCut,
  volumeGrow,
  volumePause,
]
