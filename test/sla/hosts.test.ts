import { expect, test } from 'vitest'
import { capacityGain, hostsNeeded, responseRatio, usableCpu } from '../../sim/sla/hosts.ts'
import { waitingLine } from '../../sim/sla/queueing.ts'
import { close } from './close.ts'

test('30 % of 72 processors for virtualisation leaves 50.4: 199 hosts for 10 000 against 139', () => {
  close(usableCpu(72, 0.3), 50.4)
  expect([hostsNeeded(10_000, 72, 0.3), hostsNeeded(10_000, 72, 0)]).toEqual([199, 139])
  close(capacityGain(0.3), 1.4285714285714286)
})

test('hosts that are just full need no other', () => {
  expect([hostsNeeded(504, 72, 0.3), hostsNeeded(505, 72, 0.3)]).toEqual([10, 11])
})

test('what keeps a server 60 % busy takes four times as long on 70 % of it, and for ever on 60 %', () => {
  close(responseRatio(0.6, 0.3), 4)
  close(responseRatio(0.6, 0.3), waitingLine(1, 0.6, 1 / 0.7).meanStay / waitingLine(1, 0.6, 1).meanStay)
  expect(responseRatio(0.6, 0.4)).toBe(Infinity)
})
