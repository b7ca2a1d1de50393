import { normals } from '../native/support/random.js'
import type { ReferenceSettings } from './reference/layer.js'

export interface LayerCase extends ReferenceSettings {
  size: number
}

export const layerCase = (size: number, rowSize: number, settings: Partial<ReferenceSettings> = {}): LayerCase => ({
  size,
  rowSize,
  trained: true,
  controlled: true,
  rateFactor: 1,
  decay: 0,
  decoupledDecay: 0,
  ...settings,
})

/** Layers with weights, gradients and rates for any number of steps. */
export interface RandomLayers {
  layers: LayerCase[]
  /** The initial weights of each layer, of norm about 1, whatever its size. */
  initial: Float32Array[]
  /** One a layer; the norms go up and down between .1 and 1 in `cycle` steps, and then the gradients begin anew. */
  gradientsAt: (step: number) => Float32Array[]
  /** From 2e-2 down to 5e-4, another one at every step and for every layer; a fifth of it from step `dropAt` on. */
  ratesAt: (step: number) => Float64Array
}

/** The number of steps after which the gradients repeat. */
export const cycle = 11

export function randomLayers(layers: LayerCase[], { dropAt = 120 } = {}): RandomLayers {
  const draw = (norm: number, seed: number) =>
    layers.map(({ size }, layer) => normals(size, seed + layer).map((value) => norm * size ** -0.5 * value))
  const gradients = Array.from({ length: cycle }, (_, step) => draw(10 ** (0.5 * Math.sin(step) - 0.5), 1 + 100 * step))
  return {
    layers,
    initial: draw(1, 10_000),
    gradientsAt: (step) => gradients[step % cycle]!,
    ratesAt: (step) =>
      Float64Array.from(
        layers,
        (_, layer) => 10 ** (-2 - layer / layers.length) * (1.5 + Math.sin(step + layer)) * (step < dropAt ? 1 : 0.2),
      ),
  }
}
