import type { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import type { Program } from './program.js'
import type { Input } from '../../validation/input.js'
import { requireOptions } from '../../validation/options.js'
import { pathSchema } from '../../validation/path.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { flattenLayers, type LayerSpec } from '../layers.js'
import { exportedInit, type Exported } from '../layers/exported.js'
import { readExported } from './exported-network.js'

export const exportedOptions = strictObject({
  /** The file that `export_model.py` made of a module of PyTorch; `layer-rotation exporter` prints that program. */
  file: pathSchema,
  /**
   * The initial weights: `{ type: 'file' }`, those of the file, the same for every seed; or a distribution for all weights of two
   * and more dimensions, such as `{ type: 'heNormal' }`. All other tensors begin as they are in the file.
   *
   * @default {"type":"file"}
   */
  init: exportedInit.default({ type: 'file' }),
})

/** The options of an exported network. */
export interface ExportedOptions extends Input<typeof exportedOptions> {}

/**
 * A network of your own from PyTorch, as `export_model.py` writes it (`npx layer-rotation exporter > export_model.py`).
 *
 *     exported({ file: 'net.pt2' })
 *
 * It trains as the networks of this package do. Its layers are the parameters of two and more dimensions in forward order, by their
 * PyTorch names less `.weight`. The file is read now, its tensors and graphs again when a training begins; it must be the same then.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, MISSING_FILE, READ_FAILED; INVALID_FILE, naming the file and what is wrong with it
 */
export function exported(options: ExportedOptions): { type: 'exported'; layers: [Exported] } {
  requireOptions(options, 'exported')
  return { type: 'exported', layers: [exportedLayer(validate(exportedOptions, options, 'exported'))] }
}

/** The layer that an exported network is, from its file. @throws {LayerRotationError} as exported() */
export function exportedLayer({ file, init }: z.output<typeof exportedOptions>): Exported {
  const network = readExported(file)
  // A file that cannot be trained is refused now, not when a training begins.
  network.values()
  network.graphs()
  const { digest, inputType, input, output, parts } = network
  return { type: 'exported', name: 'exported', file, digest, init, inputType, input, output, parts }
}

/** An exported network as the addon takes it. */
type WithProgram = Exported & { program: Program }

/**
 * Returns the layers as the addon takes them: exported networks with their programs.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE if a file is not the one that the experiment was made with
 */
export function withPrograms(layers: readonly LayerSpec[]): LayerSpec[] {
  return layers.map((layer) => {
    if (layer.type === 'residual') {
      return { ...layer, layers: withPrograms(layer.layers), shortcut: withPrograms(layer.shortcut) }
    }
    return layer.type === 'exported' ? ({ ...layer, program: programOf(layer) } satisfies WithProgram) : layer
  })
}

/** The initial values that exported networks take from their files. @param layers those of withPrograms() */
export function storedWeights(
  layers: readonly LayerSpec[],
): { file: string; tensors: { name: string; shape: number[]; data: Float32Array }[] }[] {
  return flattenLayers(layers).flatMap((layer) => {
    if (layer.type !== 'exported') return []
    const { file, program } = layer as WithProgram
    const stored = program.tensors.filter(({ init }) => init === null)
    return { file, tensors: stored.map(({ name, shape, data }) => ({ name, shape: [...shape], data })) }
  })
}

function programOf({ file, digest, init, parts }: Exported): Program {
  const network = readExported(file)
  if (network.digest !== digest) {
    const message = `${file} is not the file that the experiment was made with: its SHA-256 is ${network.digest}; expected ${digest}. Get that file back, or make the experiment anew`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const values = network.values()
  const tensors = parts.flatMap(({ name, weight, tensors }) =>
    tensors.map((tensor) => ({ ...tensor, layer: tensor.name === weight ? name : '' })),
  )
  return {
    tensors: tensors.map((tensor, i) => {
      const isDrawn = init.type !== 'file' && tensor.layer !== ''
      return { ...tensor, data: values[i]!, init: isDrawn ? init : null }
    }),
    ...network.graphs(),
  }
}
