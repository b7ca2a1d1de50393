/**
 * The layers that a tuning looks at: all but the first and the last, which the paper finds at a rotation of 0.7 to 0.9 where
 * its networks generalise best, while those between come to 0.95 and more. Of two layers it is the first.
 */
export function middleLayers(layers: readonly string[]): string[] {
  return layers.length > 2 ? layers.slice(1, -1) : layers.slice(0, 1)
}
