/** Of an epoch; rates are set anew for each. */
const stretchesPerEpoch = 16

/**
 * How many steps an epoch's stretches of constant rate have. The first epoch begins with single steps: how far a rate
 * turns a layer is not known yet.
 *
 *     stretches(0, 100)   // 1, 1, 2, 4, 6, 6, …
 *     stretches(1, 100)   // 6, 6, 6, …, 4
 *
 * @param epoch 0-based
 */
export function stretches(epoch: number, stepsPerEpoch: number): number[] {
  const longest = Math.max(1, Math.round(stepsPerEpoch / stretchesPerEpoch))
  const lengths: number[] = []
  for (let done = 0; done < stepsPerEpoch; done += lengths.at(-1)!) {
    const growing = epoch === 0 ? Math.max(1, done) : longest
    lengths.push(Math.min(longest, growing, stepsPerEpoch - done))
  }
  return lengths
}
