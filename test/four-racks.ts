/**
 * A zone whose way back from dark is known by hand: four racks of two hosts, energised one by one, 20 s apart. One host boots at
 * a time, for 100 s. Each rack has one instance, on its second host; a restart takes 30 s, a start 40 s, and probes come every
 * 10 s. Power is gone from 10 min to 20 min.
 */
export const FOUR_RACKS = `blackstart: 1
name: small
run: {seed: 1, horizon: 2h}
world:
  r:
    zones: [a]
    racks: 4
    hosts: 2
    tenants: 0
    machine: plain
    boot: {slots: 1, restart: 2/min}
    power: {distribution: {inrush-limit: 3kW, every: 20s}}
machines: {plain: {power: 500W, boot: 100s, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  web: {instances: 4, capacity: 100/s, starts-in: 40s, health: {every: 10s, healthy: 2}}
clients: {users: {to: web, rate: 300/s}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}
`
