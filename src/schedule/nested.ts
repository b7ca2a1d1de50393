import { isSchedule, scheduleType, type LearningRateConfig } from './schedule.js'

/** A schedule, and the path to it in its experiment. */
export interface PlacedSchedule {
  path: string[]
  schedule: LearningRateConfig
}

/** A schedule and those that it contains. */
export function* schedulesIn(
  schedule: LearningRateConfig,
  path: string[] = ['learningRate'],
): Generator<PlacedSchedule> {
  yield { path, schedule }
  if (!isSchedule(schedule)) return
  for (const inner of scheduleType(schedule).inner?.(schedule) ?? []) {
    yield* schedulesIn(inner.schedule, [...path, ...inner.path])
  }
}
