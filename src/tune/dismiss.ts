import { significant } from '../numbers.js'
import { isScored, type Candidate } from './candidate.js'

/** The part of the best candidate's fall of the training loss that a candidate needs. */
const needed = 2 / 3

/**
 * Dismisses candidates that train badly, such as those at a rate at which layers turn because training breaks down: the training
 * loss of each has to fall below that of guessing by at least two thirds of the largest fall. Rates at which the paper's networks
 * generalise best train more slowly than smaller ones, so that not the fastest candidate counts.
 *
 * @param guessing the loss of guessing, log(classes)
 */
export function dismissBadTraining(candidates: readonly Candidate[], guessing: number): Candidate[] {
  const losses = candidates.filter(isScored).map(({ trainLoss }) => trainLoss!)
  const least = Math.min(...losses)
  const most = guessing - needed * (guessing - least)
  return candidates.map((candidate) => {
    if (!isScored(candidate) || candidate.trainLoss! <= most) return candidate
    const failure = `it trains badly: the training loss is ${significant(candidate.trainLoss)}, the least ${significant(least)}`
    return { ...candidate, failure, layers: [], score: null }
  })
}
