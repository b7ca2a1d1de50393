import type { LossConfig } from '../../../src/loss/loss.js'

/** The loss of one example and its slope by each logit, in fp64 from the formulas. */
export function referenceLoss(loss: LossConfig, logits: readonly number[], label: number) {
  const largest = Math.max(...logits)
  const sum = logits.reduce((total, x) => total + Math.exp(x - largest), 0)
  const logProbabilities = logits.map((x) => x - largest - Math.log(sum))
  const probabilities = logProbabilities.map(Math.exp)
  if (loss.type === 'kerasCrossEntropy') {
    // log1p where the probability is near 1: the label's own exponential is 1 then.
    const others = probabilities.reduce((total, p, c) => (c === label ? total : total + p), 0)
    const [low, high] = [1e-7, 1 - 1e-7]
    const probability = probabilities[label]!
    if (probability < low) return { loss: -Math.log(low), gradient: logits.map(() => 0) }
    if (others < 1e-7) return { loss: -Math.log(high), gradient: logits.map(() => 0) }
    return { loss: -logProbabilities[label]!, gradient: probabilities.map((p, c) => p - Number(c === label)) }
  }
  const smoothing = loss.labelSmoothing
  const targets = logits.map((_, c) => (1 - smoothing) * Number(c === label) + smoothing / logits.length)
  return {
    loss: -targets.reduce((total, t, c) => total + (t === 0 ? 0 : t * logProbabilities[c]!), 0),
    gradient: probabilities.map((p, c) => p - targets[c]!),
  }
}

/** Returns whether the label is among the `k` largest logits; of equal ones those of the lower classes come first. */
export function isAmongLargest(logits: readonly number[], label: number, k: number): boolean {
  const order = logits.map((_, c) => c).sort((a, b) => logits[b]! - logits[a]! || a - b)
  return order.indexOf(label) < k
}
