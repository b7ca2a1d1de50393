import { override } from '../../experiment/overrides.js'
import { describeModel, type ModelDescription } from '../../model/describe-model.js'
import { exported } from '../../model/exported/exported.js'
import { modelSchema } from '../../model/model.js'
import { zooNetwork, type ZooName } from '../../model/zoo/zoo.js'
import { validate } from '../../validation/validate.js'

/** The description of a network of the zoo, or of one that was exported from PyTorch. */
export interface InspectedModel extends ModelDescription {
  name: string
  describe: string
}

/**
 * Describes a network of the zoo.
 *
 * @param settings changes to its options, each `option=value`
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export async function inspectModel(name: ZooName, settings: readonly string[] = []): Promise<InspectedModel> {
  const { describe, inputShape, shownWith } = zooNetwork(name)
  const { layers } = validate(modelSchema, await override({ type: name, ...shownWith }, settings), name)
  return { name, describe, ...describeModel(layers, inputShape) }
}

/**
 * Describes a network that was exported from PyTorch.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE
 */
export function inspectExported(file: string): InspectedModel {
  const { layers } = exported({ file })
  return { name: file, describe: 'from PyTorch', ...describeModel(layers, layers[0].input) }
}
