/** Stretches of an epoch after the first, approximately. */
const stretchesPerEpoch = 16

/**
 * Returns the lengths of an epoch's stretches of constant rate, in steps. The first epoch begins with single steps
 * because the effect of a rate on a layer is not known yet.
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
