import type { LearningRateConfig } from './schedule.js'

/** A schedule, and the way to it in its experiment. */
export interface PlacedSchedule {
  path: string[]
  schedule: LearningRateConfig
}

/** A schedule and those inside it. */
export function* schedulesIn(
  schedule: LearningRateConfig,
  path: string[] = ['learningRate'],
): Generator<PlacedSchedule> {
  yield { path, schedule }
  if (schedule.type === 'warmup') yield* schedulesIn(schedule.schedule, [...path, 'schedule'])
  if (schedule.type !== 'perLayer') return
  yield* schedulesIn(schedule.default, [...path, 'default'])
  for (const [pattern, inner] of Object.entries(schedule.layers))
    yield* schedulesIn(inner, [...path, 'layers', pattern])
}
