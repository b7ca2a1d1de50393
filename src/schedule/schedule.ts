import { z } from 'zod'
import { constantSchema } from './constant.js'
import { stepsSchema } from './steps.js'

export const learningRateSchema = z.discriminatedUnion('type', [constantSchema, stepsSchema])

export type LearningRateConfig = z.output<typeof learningRateSchema>

/** The learning rate at a time counted in epochs: 12.5 is the middle of the 13th epoch. */
export type Schedule = (epoch: number) => number

/** The schedule that a config describes. */
export function schedule(config: LearningRateConfig): Schedule {
  switch (config.type) {
    case 'constant':
      return () => config.initial
    case 'steps':
      return (epoch) => config.initial * config.factor ** config.at.filter((drop) => drop <= epoch).length
  }
}
