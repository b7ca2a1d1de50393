import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'

/** Files that tell folders of formats that are not read. */
const unread = [
  { name: 'saved_model.pb', kind: "TensorFlow's SavedModel" },
  { name: '_CHECKPOINT_METADATA', kind: "a checkpoint of JAX's Orbax" },
  { name: 'manifest.ocdbt', kind: "a checkpoint of JAX's Orbax" },
]

/** Refuses a folder of a format that is not read, with a way to convert it. @throws {LayerRotationError} INVALID_FILE */
export async function refuseUnread(folder: string): Promise<void> {
  for (const { name, kind } of unread) {
    const file = join(folder, name)
    if ((await reading(file, () => ifPresent(() => stat(file)))) === undefined) continue
    const message = `${folder} is ${kind}, which is not read; load it with that library, and save its arrays by numpy.savez`
    throw new LayerRotationError('INVALID_FILE', message)
  }
}
