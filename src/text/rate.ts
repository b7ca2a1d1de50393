import { learningRateType, type LearningRateConfig } from '../schedule/schedule.js'

/**
 * A learning rate in words.
 *
 *     rateText(steps(3 ** -2, { at: [90], factor: 0.2 }))           // '3⁻², times 0.2 after 90 epochs'
 *     rateText(warmup(constant(0.1), { epochs: 5, factor: 0.01 }))  // '0.1, constant, linear warmup of 5 epochs from 0.01 of it'
 */
export const rateText = (rate: LearningRateConfig): string => learningRateType(rate).text(rate)
