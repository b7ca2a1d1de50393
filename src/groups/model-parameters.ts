import { describeModel } from '../model/describe-model.js'
import { flattenLayers, type LayerSpec } from '../model/layers.js'
import type { Shape } from '../shape.js'

export const parameterKinds = ['first', 'last', 'shortcut', 'bias', 'normalization', 'kernel'] as const

export type ParameterKind = (typeof parameterKinds)[number]

/** A tensor that training may change. */
export interface ModelParameter {
  /** The name in `state_dict`: `dense0.weight`. */
  name: string
  /** The name of the layer that has it. */
  layer: string
  kinds: ReadonlySet<ParameterKind>
}

/**
 * The parameters of a model in the order of its `state_dict`, buffers left out.
 *
 * @param inputShape the shape of one example, without the batch dimension
 * @throws {LayerRotationError} as describeModel does
 */
export function modelParameters(layers: readonly LayerSpec[], inputShape: Shape): ModelParameter[] {
  const { layers: described, monitored } = describeModel(layers, inputShape)
  const shortcuts = new Set(layersInShortcuts(layers))
  return described.flatMap((layer) => {
    const kinds = new Set<ParameterKind>()
    if (layer.monitored && layer.name === monitored[0]) kinds.add('first')
    if (layer.monitored && layer.name === monitored.at(-1)) kinds.add('last')
    if (layer.monitored && shortcuts.has(layer.name)) kinds.add('shortcut')
    return layer.tensors
      .filter(({ kind }) => kind === 'parameter')
      .map(({ name }): ModelParameter => {
        const own = !layer.monitored ? 'normalization' : name === layer.weight ? 'kernel' : 'bias'
        return { name, layer: layer.name, kinds: new Set([...kinds, own]) }
      })
  })
}

/** Names of the layers inside the shortcuts of residual layers. */
function layersInShortcuts(layers: readonly LayerSpec[]): string[] {
  return flattenLayers(layers).flatMap((layer) =>
    layer.type === 'residual' ? flattenLayers(layer.shortcut).map(({ name }) => name) : [],
  )
}
