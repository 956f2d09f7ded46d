/**
 * What can hold a recovery up: the limits that row kinds name for the time that ends in their rows, in words. Whose limit it is
 * follows from the row's subject; how large it is, only a scenario knows.
 */
import type { Text } from '../units/fields.ts'
import type { EntityKind } from './entities.ts'

interface LimitSpec {
  /** What is waited for, with {of} for whose limit it is and {subject} for who waited. */
  readonly says: Text
  /** What it is called. */
  readonly name: Text
  /** Kind of the entity, above the one who waited, that it belongs to; who waited when absent, and nobody in particular for `none`. */
  readonly of?: EntityKind | 'none'
  /** Whether jobs queue for it: then the cause of a row may be another job in the same queue. A job's row is its start or its end. */
  readonly queues?: 'start' | 'end'
}

export const LIMITS = {
  fault: { says: { en: '{of} lasts', zh: '{of} 持续' }, name: { en: 'length of {of}', zh: '{of} 的时长' } },
  energising: {
    says: { en: 'waits until {of} is energised, step by step', zh: '等待 {of} 分批送电' },
    name: { en: 'steps of energising', zh: '分批送电' },
    of: 'datacentre',
  },
  'boot-slots': {
    says: { en: 'waits for boot slots of {of}', zh: '等待 {of} 的启动名额' },
    name: { en: 'boot slots', zh: '启动名额' },
    of: 'datacentre',
    queues: 'start',
  },
  boot: { says: { en: '{subject} boots', zh: '{subject} 启动' }, name: { en: 'boot times', zh: '主机启动时间' }, of: 'none' },
  fabric: {
    says: { en: 'network devices of {subject} boot', zh: '{subject} 的网络设备启动' },
    name: { en: 'boot times of network devices', zh: '网络设备启动时间' },
    of: 'none',
  },
  image: {
    says: { en: 'waits for the image server of {of}', zh: '等待 {of} 的镜像服务器' },
    name: { en: 'bandwidth of the image server', zh: '镜像服务器带宽' },
    of: 'datacentre',
  },
  repair: {
    says: { en: '{subject} is repaired', zh: '修复 {subject}' },
    name: { en: 'repair of hosts', zh: '主机修复' },
    of: 'none',
  },
  'network-card': {
    says: { en: 'the network card of {subject} is replaced', zh: '更换 {subject} 的网卡' },
    name: { en: 'replacing network cards', zh: '更换网卡' },
    of: 'none',
  },
  'volume-card': {
    says: { en: 'the volume card of {subject} is replaced', zh: '更换 {subject} 的卷存储卡' },
    name: { en: 'replacing volume cards', zh: '更换卷存储卡' },
    of: 'none',
  },
  'disk-card': {
    says: { en: 'the card of the local disks of {subject} is replaced', zh: '更换 {subject} 的本地盘卡' },
    name: { en: 'replacing cards of local disks', zh: '更换本地盘卡' },
    of: 'none',
  },
  'control-card': {
    says: { en: 'the controller of {subject} is replaced', zh: '更换 {subject} 的控制卡' },
    name: { en: 'replacing controllers', zh: '更换控制卡' },
    of: 'none',
  },
  firmware: {
    says: { en: '{subject} takes other firmware', zh: '{subject} 更换固件' },
    name: { en: 'pauses for firmware', zh: '更换固件的停顿' },
    of: 'none',
  },
  restarts: {
    says: { en: 'waits for restarts in {of}', zh: '等待 {of} 重启实例' },
    name: { en: 'the restart rate', zh: '重启速率限制' },
    of: 'datacentre',
    queues: 'end',
  },
  'host-care': {
    says: { en: '{of} does not notice yet that a host is degraded', zh: '{of} 尚未发现主机劣化' },
    name: { en: 'how late {of} notices', zh: '{of} 的发现延迟' },
  },
  migration: {
    says: { en: 'the memory of {subject} is copied', zh: '复制 {subject} 的内存' },
    name: { en: 'copying memory', zh: '内存复制' },
    of: 'none',
  },
  launches: {
    says: { en: 'waits for calls of the control plane', zh: '等待控制平面处理调用' },
    name: { en: 'calls of the control plane', zh: '控制平面调用' },
    of: 'none',
    queues: 'end',
  },
  start: {
    says: { en: '{subject} starts', zh: '{subject} 启动' },
    name: { en: 'starting {of}', zh: '{of} 的启动' },
    of: 'service',
  },
  reading: {
    says: { en: '{of} is read and checked', zh: '{of} 读取与校验' },
    name: { en: 'reading {of}', zh: '{of} 的读取与校验' },
    of: 'service',
  },
  'health-checks': {
    says: { en: '{subject} passes its health checks', zh: '{subject} 通过健康检查' },
    name: { en: 'health checks of {of}', zh: '{of} 的健康检查' },
    of: 'service',
  },
  'failure-detection': {
    says: { en: 'the health checks of {of} notice', zh: '{of} 的健康检查发现故障' },
    name: { en: 'health checks of {of}', zh: '{of} 的健康检查' },
    of: 'service',
  },
  'primary-detection': {
    says: { en: '{of} notices that its primary is gone', zh: '{of} 发现主库丢失' },
    name: { en: 'detection of {of}', zh: '{of} 的故障检测' },
    of: 'service',
  },
  promotion: {
    says: { en: '{of} promotes its standby', zh: '{of} 提升备库' },
    name: { en: 'promotion of {of}', zh: '{of} 的备库提升' },
    of: 'service',
  },
  'log-replay': {
    says: { en: '{of} replays its log', zh: '{of} 回放日志' },
    name: { en: 'log replay of {of}', zh: '{of} 的日志回放' },
    of: 'service',
  },
  volumes: {
    says: { en: 'volumes of {of} are checked and copied', zh: '{of} 的卷正在检查和复制' },
    name: { en: 'checking and copying {of}', zh: '{of} 的检查与复制' },
    of: 'service',
  },
  leases: {
    says: { en: 'waits until {subject} is given a lease', zh: '等待 {subject} 重新获得租约' },
    name: { en: 'leases of {of}', zh: '{of} 的租约' },
    of: 'service',
  },
  room: {
    says: { en: 'waits for room for copies of {of}', zh: '等待 {of} 的副本空间' },
    name: { en: 'room for {of}', zh: '{of} 的空间' },
    of: 'service',
  },
  crew: {
    says: { en: 'waits until {of} has a hand free', zh: '等待 {of} 有空闲人手' },
    name: { en: 'waiting for {of}', zh: '等待 {of}' },
    of: 'service',
    queues: 'start',
  },
  travel: {
    says: { en: '{of} is on the way', zh: '{of} 赶往现场' },
    name: { en: 'the way of {of}', zh: '{of} 的路程' },
    of: 'service',
  },
  hands: { says: { en: '{of} works', zh: '{of} 处理' }, name: { en: 'the work of {of}', zh: '{of} 的处理' }, of: 'service' },
  ups: {
    says: { en: 'stored energy of {of} runs out', zh: '{of} 储能耗尽' },
    name: { en: 'the end of stored energy', zh: '储能耗尽' },
    of: 'datacentre',
  },
  confirmation: {
    says: { en: 'the switch of {of} confirms the loss', zh: '{of} 的切换开关确认市电中断' },
    name: { en: 'confirmation of the loss', zh: '市电中断确认' },
    of: 'datacentre',
  },
  generators: {
    says: { en: 'the generators of {of} start', zh: '{of} 的发电机启动' },
    name: { en: 'start of the generators', zh: '发电机启动' },
    of: 'datacentre',
  },
  transfer: {
    says: { en: '{of} moves to its generators', zh: '{of} 切换至发电机' },
    name: { en: 'transfer to the generators', zh: '切换至发电机' },
    of: 'datacentre',
  },
  retransfer: {
    says: { en: '{of} waits for a steady utility', zh: '{of} 等待市电稳定' },
    name: { en: 'return to the utility', zh: '切回市电' },
    of: 'datacentre',
  },
  chillers: {
    says: { en: 'waits until chillers of {of} are restarted', zh: '等待 {of} 的冷水机重启' },
    name: { en: 'restarting chillers', zh: '冷水机重启' },
    of: 'datacentre',
    queues: 'end',
  },
  'restart-temperature': {
    says: { en: 'waits until {of} is cool enough to restart chillers', zh: '等待 {of} 降温至可重启冷水机' },
    name: { en: 'the temperature for restarts', zh: '重启温度限制' },
    of: 'datacentre',
  },
  cooling: {
    says: { en: 'the air in {of} cools', zh: '{of} 降温' },
    name: { en: 'cooling down', zh: '降温' },
    of: 'datacentre',
  },
  burst: {
    says: { en: '{of} uses up, or gets back, what it may use for a while', zh: '{of} 消耗或恢复突发额度' },
    name: { en: 'bursts of {of}', zh: '{of} 的突发额度' },
    of: 'service',
  },
  cache: {
    says: { en: 'the cache of {of} fills in steps of 1 %', zh: '{of} 的缓存以 1 % 为步逐步回填' },
    name: { en: 'filling the cache of {of}', zh: '{of} 的缓存回填' },
    of: 'client',
    queues: 'end',
  },
  blindness: {
    says: {
      en: 'nobody sees that {of} should begin: what shows it is down',
      zh: '{of} 应启动而无人发现：用于观察的服务不可用',
    },
    name: { en: 'blindness of {of}', zh: '{of} 的观察盲区' },
  },
  'stop-rule': {
    says: { en: 'the stop rule of {of} notices', zh: '{of} 的停止规则发现异常' },
    name: { en: 'the lag of the stop rule of {of}', zh: '{of} 停止规则的延迟' },
  },
  autoscaler: {
    says: { en: '{of} sees that it needs more', zh: '{of} 发现容量不足' },
    name: { en: 'period and lag of {of}', zh: '{of} 的周期与延迟' },
  },
  requests: {
    says: { en: 'requests that wait or were sent before are dealt with', zh: '处理排队及此前发出的请求' },
    name: { en: 'requests under way', zh: '在途请求' },
    of: 'none',
    queues: 'end',
  },
} as const satisfies Readonly<Record<string, LimitSpec>>

/** What held something up. */
export type Limit = keyof typeof LIMITS

/** A limit as everybody may read it, whichever it is. */
export const limitSpec = (limit: Limit): LimitSpec => LIMITS[limit]
