import { targetOf, type RotateToConfig } from '../../schedule/rotate-to.js'
import { cosineDistance, count, significant } from '../../numbers.js'
import type { RotationTable } from '../../rotation/rotation-table.js'

/** The largest distance of a cosine distance from its target that is not a miss. */
const tolerance = 0.02

/**
 * Returns a sentence for each layer that did not follow its target, for the epoch in which it was furthest off.
 *
 *     'dense1 missed its target by up to 0.417: 0.283 after epoch 20, expected 0.7'
 */
export function missedTargets(config: RotateToConfig, rotation: RotationTable): string[] {
  return rotation.layers.flatMap((layer) => {
    const target = targetOf(config, layer)
    const reached = rotation.layer(layer)
    const misses = rotation.epochs.map((epoch, i) => ({ epoch, reached: reached[i]!, target: target(epoch) }))
    const off = ({ reached, target }: (typeof misses)[number]) => Math.abs(reached - target)
    const worst = misses.reduce((a, b) => (off(b) > off(a) ? b : a))
    if (!(off(worst) > tolerance)) return []
    return `${layer} missed its target by up to ${cosineDistance(off(worst))}: ${cosineDistance(worst.reached)} after epoch ${count(worst.epoch)}, expected ${significant(worst.target)}`
  })
}
