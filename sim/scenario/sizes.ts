/** Instance sizes by name and the processors they take of a host. Source: provider's instance type tables (c5 2017, c6i 2021). */

const STEPS: Readonly<Record<string, number>> = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '9xlarge': 36,
  '12xlarge': 48,
  '16xlarge': 64,
  '18xlarge': 72,
  '24xlarge': 96,
  '32xlarge': 128,
}

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  c5: ['large', 'xlarge', '2xlarge', '4xlarge', '9xlarge', '12xlarge', '18xlarge', '24xlarge'],
  m5: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'],
  r5: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'],
  c6i: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge', '32xlarge'],
}

/** Every size that may be named. */
export const SIZES: readonly string[] = Object.keys(FAMILIES).flatMap(family =>
  FAMILIES[family].map(step => `${family}.${step}`),
)

/** Processors that an instance of a known size takes. */
export function cpuOf(size: string): number {
  return STEPS[size.slice(size.indexOf('.') + 1)]
}
