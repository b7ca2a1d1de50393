/** The weight of the past in the smoothed loss, as in fastai and Lightning. */
const beta = 0.98

/**
 * Returns a function that takes one loss after another and returns their smoothed value: the exponential mean, divided by the
 * weight that all losses so far have in it, so that it does not begin at 0.
 *
 *     const smooth = smoothing()
 *     smooth(2)   // 2
 *     smooth(1)   // 1.4949…: (0.98 · 0.02 · 2 + 0.02 · 1) / (1 - 0.98²)
 */
export function smoothing(): (loss: number) => number {
  let [mean, past] = [0, 1]
  return (loss) => {
    mean = beta * mean + (1 - beta) * loss
    past *= beta
    return mean / (1 - past)
  }
}
