/**
 * Returns the first value in everyday tests, and the second one in those of the full tier: the number of steps, repetitions or
 * variants, where each of them is enough for a mistake to show, and many find one that is rare or small.
 */
export const inTier = <Value>(everyday: Value, full: Value): Value =>
  process.env['LAYER_ROTATION_TIER'] === 'full' ? full : everyday
