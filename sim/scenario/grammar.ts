/** How values of scenario files are written: quantities, selectors, moments, and what files, variants and expectations do. */
import { SELECTABLE, type Text } from '../units/fields.ts'

/** One way of writing something, as it stands in a file, and what it means. */
export interface Form {
  readonly written: string
  readonly about: Text
}

export interface Grammar {
  readonly name: string
  readonly about: Text
  readonly forms: readonly Form[]
}

const form = (written: string, en: string, zh: string): Form => ({ written, about: { en, zh } })

export const grammars: readonly Grammar[] = [
  {
    name: 'quantity',
    about: {
      en: 'A number and its unit; without one it is refused. Only counts, factors and shares are bare numbers.',
      zh: '数值加单位，缺单位即报错；只有计数、系数与比例可不带单位。',
    },
    forms: [
      form(
        '30m',
        'a time: ns us ms s m (or min) h d w y; a year has 365 days',
        '时间：ns us ms s m（或 min）h d w y；一年 365 天',
      ),
      form('1h 30m', 'times may be added', '时间可以相加'),
      form('450/s', 'a rate, per any of these units: 200/min, 2/h', '速率，可用上述任一时间单位：200/min、2/h'),
      form('99.9%', 'a share; 0.999 is the same', '比例；也可写 0.999'),
      form('400kW', 'a power: W kW MW GW', '功率：W kW MW GW'),
      form(
        '1GB',
        'an amount of data: B kB MB GB TB PB are decimal, KiB MiB GiB TiB binary',
        '数据量：B kB MB GB TB PB 为十进制，KiB MiB GiB TiB 为二进制',
      ),
    ],
  },
  {
    name: 'selector',
    about: {
      en: `Which things are meant. All keys have to fit, of a list any value does. Keys: ${[...SELECTABLE, 'place'].join(', ')}.`,
      zh: `选择哪些对象。各键须同时满足，列表中任一值即可。可用的键：${[...SELECTABLE, 'place'].join('、')}。`,
    },
    forms: [
      form('{zone: a}', 'a zone; us-east-1/a where several regions have one', '一个可用区；多区域时写 us-east-1/a'),
      form('{zone: [a, b]}', 'either of two', '两者之一'),
      form('{service: web, zone: a}', 'the share of web in zone a', 'web 在可用区 a 的部分'),
      form('{service: web, zone: a, of: instance}', 'its instances that stand there then', '届时位于其中的实例'),
      form(
        '{zone: a, feed: transfer}',
        'a feed: utility, transfer, generators, ups, distribution, cooling; one of `feeds` lies in no place',
        '供电或制冷：utility、transfer、generators、ups、distribution、cooling；`feeds` 中的一项不属于任何场所',
      ),
      form(
        '{datacentre: dc1, feed: line-1/transfer}',
        'that of one line-up, where there are several; line-1 is all of it',
        '多套供电链中某一套的设备；line-1 表示整套',
      ),
      form(
        '{link: a-b}',
        'the link between two zones; edge-a is the one between users and a',
        '两可用区之间的链路；edge-a 为用户到 a 的链路',
      ),
      form('{datacentre: dc1, of: rack}', 'what lies in it, of this kind: its racks', '其中某一类对象：机架'),
      form('{zone: a, of: host, pick: 10%}', 'a share of them, drawn by chance from the seed', '按种子随机抽取其中一部分'),
      form('{zone: a, of: host, pick: 3}', 'three of them', '抽取其中三个'),
      form('{region: us-east-1, of: zone, except: {zone: a}}', 'all but these', '除此之外的全部'),
    ],
  },
  {
    name: 'moment',
    about: { en: 'When something happens.', zh: '某事发生的时刻。' },
    forms: [
      form('1h', 'after this time of the run', '运行开始后的时间'),
      form('{after: lose-a}', 'when a fault begins; lose-a.start is the same', '某故障开始时；与 lose-a.start 相同'),
      form('{after: lose-a.end, delay: 5m}', 'so long after it ends', '故障结束后再过一段时间'),
      form(
        '{when: {row: ups.empty}}',
        'when a row of this kind is first written; explain rows lists them',
        '首次出现该类记录时；explain rows 列出全部类别',
      ),
      form(
        '{when: {row: rack.dark, of: {zone: a}}, delay: 1m}',
        'of one of these things, and so long after',
        '限定对象，并再过一段时间',
      ),
    ],
  },
  {
    name: 'law',
    about: {
      en: 'How long something takes: a plain time, or one of these when chance has a say.',
      zh: '某事所需时长：固定时间，或以下随机分布之一。',
    },
    forms: [
      form('6m', 'always the same', '固定不变'),
      form(
        '{lognormal: {mean: 6m, cv: 0.5}}',
        'many small causes multiplied; cv is the standard deviation ÷ mean',
        '对数正态；cv 为标准差 ÷ 均值',
      ),
      form('{exponential: {mean: 1h}}', 'as likely to end now as ever', '指数分布：随时结束的可能性相同'),
      form(
        '{uniform: {min: 30s, max: 4m}}',
        'anything between, equally likely; [30s, 4m] is the same',
        '区间内均匀；也可写 [30s, 4m]',
      ),
      form(
        '{weibull: {shape: 1.5, mean: 1000h}}',
        'wears out (shape above 1) or settles (below)',
        'shape 大于 1 为老化，小于 1 为早期失效',
      ),
      form('{empirical: {values: [2m, 5m, 40m]}}', 'one of what was observed', '从观测值中抽取'),
      form('{sequence: [1h, 2h]}', 'these in turn, over and over', '按顺序循环取值'),
      form(
        '{work: {amount: 200TB, rate: 40MBps}}',
        'so much at such a rate: amount ÷ rate; instances that start together share it',
        '工作量 ÷ 速率；同时启动的实例共同分担',
      ),
    ],
  },
  {
    name: 'use',
    about: {
      en: 'Files that lie underneath this one: maps are merged, anything else that is written here wins. A misspelt name is an error.',
      zh: '作为基础的文件：映射逐项合并，其余以本文件为准。文件名写错会报错。',
    },
    forms: [
      form('use: [library/three-zone-region]', 'a building block that is shipped', '自带的构件'),
      form(
        'use: [./base]',
        'a file beside this one; nothing outside its folder can be read',
        '同目录下的文件；不能读取目录之外的文件',
      ),
      form('services: {ec2-control: {place: r1}}', 'changes a part of what comes from underneath', '只修改下层定义的一部分'),
      form('services: {hands: null}', 'takes it away', '去掉下层定义'),
    ],
  },
  {
    name: 'variants',
    about: {
      en: 'The same scenario with other values, by name: run --variant NAME. Variants share all chance, so they can be compared.',
      zh: '同一场景的不同取值，按名称运行：run --variant NAME。各变体共用随机数，可直接比较。',
    },
    forms: [
      form('set: {services.web.instances: 90}', 'changes one value, by its dotted path', '按点分路径修改一个值'),
      form('expect: {A1: {should: fail}}', 'changes an expectation', '修改一项期望'),
      form('expect: {A1: null}', 'takes one away', '去掉一项期望'),
      form('title: {en: Lean, zh: 精简}', 'what the page calls it', '页面上显示的名称'),
    ],
  },
  {
    name: 'expectations',
    about: {
      en: 'What a run is judged by: a metric, of what, when, and what it should come to. explain expectation has all fields.',
      zh: '判定依据：指标、对象、时段与应达到的值。全部字段见 explain expectation。',
    },
    forms: [
      form(
        '{metric: availability, of: web, at-least: 99.9%}',
        'a limit: at-least, at-most, equals (with tolerance) or between',
        '限值：at-least、at-most、equals（可加 tolerance）或 between',
      ),
      form('{metric: recovery-time, of: web, to: 99%, after: lose-a, at-most: 6m}', 'counted from a fault', '从故障开始计时'),
      form(
        '{metric: goodput-share, of: web, after: lose-a, delay: 5m, for: 20m, between: [0.8, 0.9]}',
        'over a window',
        '限定时间窗口',
      ),
      form(
        '{metric: availability, of: web, at-least: 99.9%, should: fail}',
        'a promise that is meant to break: green when it does',
        '预期会被打破：确实打破即为通过',
      ),
      form(
        '{metric: time-of, row: rack.dark, published: 7m, point: output, grade: O}',
        'a published value, met within 25 % or 10 minutes',
        '公开值，允许 25% 或 10 分钟的偏差',
      ),
    ],
  },
]
