import type { Run } from '../run/open-run.js'

/** Rotation is drawn on 0 … 1, further only where a layer turned past a right angle by more than noise. */
export function rotationDomain(runs: readonly Run[], layers?: readonly string[]): [number, number] {
  let largest = 1
  for (const { rotation } of runs) {
    for (const layer of layers ?? rotation.layers) {
      for (const value of rotation.layer(layer)) if (value > largest) largest = value
    }
  }
  return [0, largest <= 1.05 ? 1 : Math.ceil(largest * 10) / 10]
}

export const rotationTitle = 'layer rotation (cosine distance)'
/** For panels that are not high enough for the whole title. */
export const shortRotationTitle = 'layer rotation'

/** Six decimals: finer than float32 measures it. */
export const rotationValue = (value: number): number => Number(value.toFixed(6))
