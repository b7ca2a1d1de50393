/** Steps of an epoch that are recorded, 0-based and ascending. */
export interface RecordedSteps {
  /** The first and the last. */
  ends: number[]
  /** Every k-th of the run. */
  every: number[]
  /** The steps of both together. */
  all: Int32Array
}

/**
 * Returns the recorded steps of an epoch: the first, which is the paper's moment (section 5 of its experiments: after
 * the first update of an epoch); the last; and those that complete k, 2k, 3k … steps of the run.
 *
 *     recordedSteps(2, 10, 4)   // steps 21 … 30 of the run: ends 0, 9; every 3, 7 (the steps 24 and 28)
 *
 * @param epoch 0-based
 * @param k interval of the steps; 0 for none
 */
export function recordedSteps(epoch: number, stepsPerEpoch: number, k: number): RecordedSteps {
  const ends = stepsPerEpoch === 1 ? [0] : [0, stepsPerEpoch - 1]
  const every: number[] = []
  const before = epoch * stepsPerEpoch
  if (k > 0) for (let step = k - 1 - (before % k); step < stepsPerEpoch; step += k) every.push(step)
  return { ends, every, all: Int32Array.from(new Set([...ends, ...every])).sort() }
}
