import { learningRateType, type LearningRateConfig } from './schedule.js'

/**
 * The one number that stands for a schedule in tables and labels: the rate that the user gave. It is the largest one of a
 * one-cycle, the first one of a table, and that of the inner schedule for a warmup and for schedules per layer. It is null for
 * rates that follow another run or what is measured.
 */
export const nominalRate = (config: LearningRateConfig): number | null => learningRateType(config).nominalRate(config)
