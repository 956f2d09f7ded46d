/** Services as they are written: plain ones, databases, control planes and crews, and what they need of each other. */
import { z } from 'zod'
import { DRIVERS, INSTANCE_TYPES } from '../models/instance-types.ts'
import { count, duration, durationOrByHand, flag, law, oneOf, rate, ratio } from '../units/fields.ts'
import { bucketFields } from './buckets.ts'
import { ioDemand } from './machines.ts'
import { needsSchema } from './needs.ts'
import { volumesSchema } from './volumes.ts'

const name = z.string().min(1)

function shareWith(what: 'network' | 'volumes') {
  return ratio({
    about: {
      en: `share of its instances whose image has the driver for ${what}; none when left out`,
      zh: `镜像具备${what === 'network' ? '网络' : '存储卷'}驱动的实例比例；省略为 0`,
    },
  }).optional()
}

/** What every kind of service has that runs on hosts. */
const running = {
  size: z
    .enum(INSTANCE_TYPES.map(({ name }) => name) as [string, ...string[]])
    .default('c5.large')
    .meta({ description: 'what an instance takes of its host, and what it gets: `blackstart explain sizes`' }),
  io: ioDemand('an instance', '单个实例').prefault({}),
  capacity: rate({
    isPositive: true,
    default: 100,
    source: 'assumed',
    about: { en: 'requests that one instance serves', zh: '单实例处理能力' },
  }),
  takes: law({
    default: { kind: 'constant', value: 0.02 },
    source: 'assumed',
    about: {
      en: 'time of a request without waiting; flows know its mean only. An instance works on as many at once as its capacity asks for',
      zh: '请求的处理时间（不含排队）；流量模型只用均值。单实例并发数由处理能力推得',
    },
  }),
  'starts-in': law({
    default: { kind: 'lognormal', mean: 60, cv: 0.4 },
    source: 'virtual machines are ready in 60–120 s, containers in seconds (published measurements)',
    about: {
      en: 'from permission to start until it serves; {work: …} is shared by instances that start while none serves',
      zh: '从允许启动到开始服务；{work: …} 由无实例在服务时同时启动的实例共同分担',
    },
  }),
  health: z
    .strictObject({
      every: duration({
        min: 1,
        default: 30,
        source: 'Application Load Balancer default',
        about: { en: 'time between two probes', zh: '探测间隔' },
      }),
      unhealthy: count({
        default: 2,
        min: 1,
        source: 'Application Load Balancer default',
        about: { en: 'failed probes in a row that take an instance out', zh: '连续失败几次后摘除' },
      }),
      healthy: count({
        default: 5,
        min: 1,
        source: 'Application Load Balancer default',
        about: { en: 'successful probes in a row that let it in', zh: '连续成功几次后加入' },
      }),
      timeout: duration({
        default: 5,
        source: 'Application Load Balancer default',
        about: { en: 'patience of a probe', zh: '探测超时' },
      }),
      sees: oneOf(['liveness', 'everything'], {
        default: 'liveness',
        source: 'assumed: a probe asks for a page that does little',
        about: {
          en: 'liveness: an instance that runs and can be reached passes; everything: a probe is as slow, and fails as often, as a user’s request on that host and that way',
          zh: 'liveness：在运行且可达即通过；everything：探测与用户请求在该主机、该路径上同样变慢、同样出错',
        },
      }),
      from: oneOf(['edge', 'zone'], {
        default: 'edge',
        source: 'probes come the way users come, unless said so',
        about: {
          en: 'where probes come from: edge takes the users’ way, zone does not see what happens to it',
          zh: '探测来源：edge 走用户路径；zone 看不到该路径上的故障',
        },
      }),
    })
    .prefault({}),
  overload: z
    .strictObject({
      queue: count({
        default: 1024,
        source: 'surge queue of the Classic Load Balancer (from memory, unverified)',
        about: { en: 'requests that may wait in front of a zone’s instances', zh: '可排队的请求数' },
      }),
      discipline: oneOf(['fifo', 'share'], {
        default: 'fifo',
        source: 'usual',
        about: {
          en: 'fifo: first in, first out; share: all at once, each more slowly (single requests only)',
          zh: 'fifo：先进先出；share：同时处理、各自变慢（仅限逐请求模型）',
        },
      }),
      full: oneOf(['reject'], {
        default: 'reject',
        source: 'usual',
        about: { en: 'what a full queue does', zh: '队列满时的处理' },
      }),
    })
    .prefault({}),
  latent: z
    .strictObject({
      of: name.optional().meta({ description: 'the service whose instances are counted; itself when left out' }),
      above: count({ about: { en: 'the most instances that do no harm', zh: '不引发缺陷的最大实例数' } }),
      capacity: ratio({ about: { en: 'share of the capacity that is left beyond', zh: '超出后剩余的容量比例' } }),
    })
    .optional()
    .meta({ description: 'a defect that shows once there are more instances than ever' }),
  'on-host-loss': oneOf(['restart', 'none'], {
    default: 'restart',
    source: 'simplified automatic recovery of instances is on by default (provider’s guide)',
    about: { en: 'what instances do once the host they stood on is back', zh: '主机恢复后实例的行为' },
  }),
  'local-disk': flag({
    default: false,
    source: 'what an instance works on lies elsewhere unless said so',
    about: {
      en: 'whether an instance works on the local disks of its host; when their card fails it stops, and starts again with empty ones',
      zh: '实例是否使用主机本地盘；本地盘卡故障时实例停止，恢复后以空盘重新启动',
    },
  }),
  restore: oneOf(['first', 'in-turn'], {
    default: 'in-turn',
    source: 'nobody is special unless said so',
    about: { en: 'whether its hosts boot and its instances restart before all others', zh: '是否优先恢复' },
  }),
  begin: oneOf(['up', 'dark'], {
    about: { en: 'whether it runs when the run begins; as its place does when left out', zh: '开始时是否运行；缺省与场所相同' },
  }).optional(),
  image: z
    .strictObject({
      drivers: z
        .union([
          z.array(z.enum(DRIVERS)).transform(has => ({ ena: has.includes('ena') ? 1 : 0, nvme: has.includes('nvme') ? 1 : 0 })),
          z
            .strictObject({ ena: shareWith('network'), nvme: shareWith('volumes') })
            .transform(({ ena = 0, nvme = 0 }) => ({ ena, nvme })),
        ])
        .meta({ description: 'which its images have: [ena, nvme], or {nvme: 75%} with the share of instances' }),
    })
    .optional()
    .meta({ description: 'what its instances boot from; one with all drivers when left out' }),
  ...bucketFields,
  needs: needsSchema,
}

/** What those have that are spread over places. */
const placed = {
  instances: count({
    max: 1_000_000,
    about: { en: 'how many; one logical unit on no particular host when left out', zh: '实例数；缺省为一个逻辑单元' },
  }).optional(),
  spread: oneOf(['zone'], {
    default: 'zone',
    source: 'usual',
    about: { en: 'what instances are spread over', zh: '实例的分布方式' },
  }),
  strategy: oneOf(['spread', 'binpack'], {
    default: 'spread',
    source: 'usual',
    about: {
      en: 'how those that exist at the start are put on hosts of a place: at even strides, or host after host, each filled first',
      zh: '初始实例在场所内主机上的放置：均匀分散，或逐台装满',
    },
  }),
  place: name
    .optional()
    .meta({ description: 'where: a region, zone or data centre; may be left out while there is only one region' }),
}

/** Data in partitions: without it any instance will do for any request. */
const dataSchema = z
  .strictObject({
    n: count({
      default: 3,
      min: 1,
      max: 16,
      source: 'usual',
      about: {
        en: 'copies of each partition, each in a zone of its own as far as there are enough',
        zh: '每个分区的副本数，尽可能位于不同可用区',
      },
    }),
    k: count({
      default: 2,
      min: 1,
      max: 16,
      source: 'a majority of three',
      about: { en: 'how many of them must be up for a request about it', zh: '处理请求所需的可用副本数' },
    }),
  })
  .meta({ description: 'each request is about one partition of the data, whose copies lie on some of the instances' })

const plainSchema = z
  .strictObject({ kind: z.literal('service').optional(), ...placed, data: dataSchema.optional(), ...running })
  .transform(service => ({ ...service, kind: 'service' as const }))

const databaseSchema = z.strictObject({
  kind: z.literal('database'),
  primary: name.meta({ description: 'the zone or data centre where writes go' }),
  standby: name.optional().meta({ description: 'the zone or data centre to fail over to' }),
  replication: z
    .union([
      z.literal('sync').transform(() => 0),
      z
        .strictObject({ async: duration({ about: { en: 'how far the standby is behind', zh: '备库落后时长' } }) })
        .transform(({ async: lag }) => lag),
    ])
    .prefault('sync')
    .meta({ description: '`sync`, or {async: 2s} with how far the standby is behind' }),
  failover: z
    .strictObject({
      detect: duration({
        default: 30,
        source: 'assumed; with `promote` inside the 60–120 s typical of managed databases (provider’s guide)',
        about: { en: 'from the loss of the primary until it is noticed', zh: '发现主库丢失的时长' },
      }),
      promote: law({
        default: { kind: 'lognormal', mean: 45, cv: 0.5 },
        source: 'assumed; with `detect` inside the 60–120 s typical of managed databases (provider’s guide)',
        about: { en: 'what the promotion takes', zh: '提升备库的耗时' },
      }),
      coverage: ratio({ default: 1, source: 'assumed', about: { en: 'share of failovers that work', zh: '故障切换成功率' } }),
    })
    .prefault({}),
  replay: law({
    default: { kind: 'constant', value: 600 },
    source: 'about 10 min without a replica (from memory, unverified)',
    about: { en: 'from a primary that is back to one that serves', zh: '主库恢复后的日志回放时长' },
  }),
  ...running,
})

const controlPlaneSchema = z.strictObject({
  kind: z.literal('control-plane'),
  api: z
    .strictObject({
      threads: count({ default: 8, min: 1, source: 'assumed', about: { en: 'calls that run at once', zh: '并发线程数' } }),
      takes: law({
        default: { kind: 'exponential', mean: 1 },
        source: 'one to two seconds of a launch are spent in the call (published measurement)',
        about: { en: 'time of a call', zh: '一次调用的耗时' },
      }),
      queue: count({ default: 50_000, source: 'assumed', about: { en: 'calls that may wait', zh: '可排队的调用数' } }),
      timeout: duration({
        default: 600,
        source: 'assumed',
        about: { en: 'how long a caller waits for a thread', zh: '调用方等待线程的时限' },
      }),
      'queue-per': oneOf(['shared', 'zone'], {
        default: 'shared',
        source: 'simplest; what several published summaries describe',
        about: {
          en: 'one queue for all calls, or one for each zone with its share of the threads',
          zh: '所有调用共用一个队列，或每个可用区各有队列与线程份额',
        },
      }),
      rate: rate({
        isPositive: true,
        about: { en: 'calls let in; more are throttled. No limit when left out', zh: '允许的调用速率，超出则限流；缺省不限' },
      }).optional(),
      burst: count({
        default: 100,
        min: 1,
        source: 'EC2, calls that change nothing: a bucket of 100 (from memory, unverified)',
        about: { en: 'calls let in at once after a quiet time', zh: '空闲之后可一次放行的调用数' },
      }),
      'removes-dead': durationOrByHand({
        default: 0,
        source: 'noticed at once unless said so',
        about: { en: 'from the death of an instance until no call is sent to it', zh: '实例失效到不再接收调用的时长' },
      }),
      'call-timeout': duration({
        isPositive: true,
        default: 60,
        source: 'AWS SDK: a read times out after 60 s (source code)',
        about: {
          en: 'how long a call that nobody answers holds its caller, or its thread where what it needs is missing',
          zh: '无应答的调用占用调用方的时长；缺少依赖时占用线程的时长',
        },
      }),
      starved: oneOf(['idle', 'hold'], {
        default: 'idle',
        source: 'simplest',
        about: {
          en: 'threads whose work lacks what is needed `when: change`, or a zone or instance that is up, stay idle, or are held by it until the call’s time-out; without what is needed `when: serve` the whole control plane is down',
          zh: '缺少 `when: change` 的依赖，或目标可用区、实例不可用时，线程空闲，或被占用直至调用超时；缺少 `when: serve` 的依赖时整个控制平面不可用',
        },
      }),
    })
    .prefault({}),
  ...placed,
  ...running,
})

const crewSchema = z.strictObject({
  kind: z.literal('crew'),
  servers: count({ default: 4, min: 1, source: 'assumed', about: { en: 'people, or teams', zh: '人数或组数' } }),
  travel: law({
    default: { kind: 'constant', value: 1500 },
    source: 'assumed',
    about: { en: 'until they are there, for every task', zh: '每项任务的到场时间' },
  }),
  takes: law({
    default: { kind: 'lognormal', mean: 480, cv: 0.4 },
    source: 'assumed',
    about: { en: 'handling time of one thing', zh: '单件处理时间' },
  }),
})

/** A service by its kind; plain without one. */
export const serviceSchema = z.discriminatedUnion('kind', [
  plainSchema,
  databaseSchema,
  controlPlaneSchema,
  crewSchema,
  volumesSchema,
])

export type PlainService = z.output<typeof plainSchema>
/** Its instances are its replicas, and their places are `primary` and `standby`. */
export type Database = z.output<typeof databaseSchema> & { readonly instances?: undefined; readonly place?: undefined }
export type ControlPlane = z.output<typeof controlPlaneSchema>
export type Crew = z.output<typeof crewSchema>
export type Volumes = z.output<typeof volumesSchema>
/** What runs on hosts, or on none in particular. */
export type RunningService = PlainService | Database | ControlPlane
export type Service = RunningService | Crew | Volumes

/** Whether a service has needs, instances and a capacity; crews and volumes have not. */
export function isRunning(service: Service): service is RunningService {
  return service.kind !== 'crew' && service.kind !== 'volumes'
}

/** Kinds of services and what they are, for the help. */
export const SERVICE_KINDS = {
  service: {
    schema: plainSchema.in,
    about: { en: 'Instances, or one logical unit, that serve requests.', zh: '处理请求的实例或逻辑单元。' },
  },
  database: {
    schema: databaseSchema,
    about: { en: 'A primary and a standby, with failover.', zh: '主备数据库，支持故障切换。' },
  },
  'control-plane': {
    schema: controlPlaneSchema,
    about: { en: 'A service whose API changes things: launches and the like.', zh: '以 API 执行变更（如启动实例）的服务。' },
  },
  crew: { schema: crewSchema, about: { en: 'People who do what machines cannot.', zh: '执行人工操作的团队。' } },
  volumes: {
    schema: volumesSchema,
    about: { en: 'Data in several copies on the hosts of each zone.', zh: '在各可用区主机上保存多副本的存储卷。' },
  },
} as const
