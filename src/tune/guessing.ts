import { dataShape } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'

/** The loss of a network that gives all classes the same probability, log(classes). */
export const lossOfGuessing = ({ data }: ExperimentConfig): number => Math.log(dataShape(data).classes)
