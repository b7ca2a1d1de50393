import type { EpochResult, LayerRecords } from '../native.js'

/** One of the stretches in which an epoch was trained. */
export interface Stretch {
  /** Its first step in the epoch, 0-based. */
  first: number
  /** Images that its steps saw. */
  images: number
  result: EpochResult
}

/** An epoch's result from those of its stretches, in their order. */
export function joinResults(stretches: readonly Stretch[]): EpochResult {
  const [only, ...others] = stretches
  if (only && others.length === 0) return only.result
  const results = stretches.map(({ result }) => result)
  const images = stretches.reduce((sum, stretch) => sum + stretch.images, 0)
  const mean = (of: (result: EpochResult) => number) =>
    stretches.reduce((sum, stretch) => sum + (stretch.images === 0 ? 0 : stretch.images * of(stretch.result)), 0) /
    images
  return {
    status: results.at(-1)!.status,
    steps: results.reduce((sum, { steps }) => sum + steps, 0),
    losses: joined(results.map(({ losses }) => losses)),
    loss: mean(({ loss }) => loss),
    accuracy: mean(({ accuracy }) => accuracy),
    records: joinRecords(stretches),
    warnings: results.flatMap(({ warnings }) => warnings),
  }
}

function joinRecords(stretches: readonly Stretch[]): LayerRecords {
  const records = stretches.map(({ result }) => result.records)
  const each = (of: (records: LayerRecords) => Float64Array) => joined(records.map(of))
  const steps = stretches.flatMap(({ first, result }) => Array.from(result.records.steps, (step) => first + step))
  const neurons = records[0]!.neurons && {
    rotation: each(({ neurons }) => neurons!.rotation),
    angle: each(({ neurons }) => neurons!.angle),
  }
  return {
    steps: Int32Array.from(steps),
    rotation: each(({ rotation }) => rotation),
    angle: each(({ angle }) => angle),
    norm: each(({ norm }) => norm),
    gradientNorm: each(({ gradientNorm }) => gradientNorm),
    radial: each(({ radial }) => radial),
    tangential: each(({ tangential }) => tangential),
    effectiveRate: each(({ effectiveRate }) => effectiveRate),
    references: Object.fromEntries(
      Object.keys(records[0]!.references).map((name) => [name, each(({ references }) => references[name]!)]),
    ),
    ...(neurons && { neurons }),
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let begin = 0
  for (const part of parts) {
    whole.set(part, begin)
    begin += part.length
  }
  return whole
}
