import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { measureCheckpoints } from '../../src/measure/measure-checkpoints.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

test.each([
  ['model.onnx', /an ONNX file; .*onnx.load/],
  ['model.msgpack', /a file of Flax; .*msgpack_restore/],
  ['ckpt-1.data-00000-of-00001', /a checkpoint of TensorFlow; .*load_checkpoint\(".*ckpt-1"\)/],
  ['graph.pb', /a graph of TensorFlow; .*numpy.savez/],
])('%s is refused with a converter', async (name, message) => {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, Buffer.alloc(64, 0x12))
  expect(await failure(() => measureCheckpoints(file))).toMatch(message)
})

test.each([
  ['saved_model.pb', 'SavedModel'],
  ['_CHECKPOINT_METADATA', 'Orbax'],
])('a folder with %s is refused with a way out', async (name, kind) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, name), 'x')
  const message = new RegExp(`^INVALID_FILE: .*${kind}, which is not read; .*numpy.savez`)
  expect(await failure(() => measureCheckpoints(folder))).toMatch(message)
  expect(await failure(() => measureCheckpoints(folder, { from: folder }))).toMatch(message)
})
