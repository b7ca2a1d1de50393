import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { mostIndices, permutation, streams } from '../random.js'

/** The examples of a split that each evaluation of a run takes. */
export interface EvaluatedSplit {
  /** Indices into the test examples or, for the validation split, the training examples, ascending; undefined for all. */
  chosen: Int32Array | undefined
  count: number
}

/** The examples that each evaluation of a run takes; none validate without a validation split. */
export type EvaluatedExamples = Record<'validation' | 'test', EvaluatedSplit>

type Settings = Pick<ExperimentConfig, 'evaluation' | 'epochs'>

/** Tells whether a run evaluates after an epoch by its plan. @param epochs whole epochs done, at least 1 */
export const isPlanned = ({ evaluation, epochs }: Settings, done: number): boolean =>
  done % evaluation.every === 0 || done === epochs

/** The number of evaluations from before the first step to the one after epoch `done`. */
export const countEvaluations = ({ evaluation: { every, initial }, epochs }: Settings, done: number): number =>
  (initial ? 1 : 0) + (done === epochs ? Math.ceil(done / every) : Math.floor(done / every))

/**
 * Chooses the examples of a run's evaluations: of each split the first ones in the order of the seed.
 *
 * @param validation indices of the training examples that validate
 * @param tests the number of test examples
 * @param noun the examples in messages
 * @throws {LayerRotationError} INVALID_CONFIG for more examples than can be drawn from
 */
export function evaluatedExamples(
  { evaluation: { images }, seed }: Pick<ExperimentConfig, 'evaluation' | 'seed'>,
  validation: Int32Array,
  tests: number,
  noun: string,
): EvaluatedExamples {
  const chosen = (examples: number, stream: number) => {
    if (images === null || images >= examples) return undefined
    if (examples <= mostIndices) return permutation(examples, seed, stream).subarray(0, images).sort()
    const message = `evaluation.images is ${images}: they cannot be drawn from ${examples} test ${noun}; expected null, or at most ${mostIndices} ${noun} in the data`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const places = chosen(validation.length, streams.evaluatedValidation)
  const test = chosen(tests, streams.evaluatedTest)
  return {
    validation: { chosen: places?.map((place) => validation[place]!), count: places?.length ?? validation.length },
    test: { chosen: test, count: test?.length ?? tests },
  }
}
