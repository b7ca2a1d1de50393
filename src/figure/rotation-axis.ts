import type { Run } from '../run/open-run.js'

/** The range of a rotation axis: 0 … 1, or more if a layer turned past a right angle by more than noise. */
export function rotationDomain(runs: readonly Run[], layers?: readonly string[]): [number, number] {
  let largest = 1
  for (const { rotation } of runs) {
    for (const layer of layers ?? rotation.layers) {
      for (const value of rotation.layer(layer)) if (value > largest) largest = value
    }
  }
  return domainUpTo(largest)
}

/** The range of a rotation axis whose largest value is known. */
export const domainUpTo = (largest: number): [number, number] => [0, largest <= 1.05 ? 1 : Math.ceil(largest * 10) / 10]

export const rotationTitle = 'layer rotation (cosine distance)'
/** The title for panels that are too low for the whole one. */
export const shortRotationTitle = 'layer rotation'

/** Rounds a rotation to six decimals, which is finer than float32 measures it. */
export const rotationValue = (value: number): number => Number(value.toFixed(6))
