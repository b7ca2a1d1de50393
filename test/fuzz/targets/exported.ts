import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync, zipSync, type Zippable } from 'fflate'
import { exported, withPrograms } from '../../../src/model/exported/exported.js'
import { bytesOf, expectRefusal, type Target } from '../target.js'

const file = (name: string) => fileURLToPath(new URL(`../../model/exported/${name}.pt2`, import.meta.url))

const graph = 'net/models/train.json'
const places = 'net/data/weights/train_weights_config.json'

/** Stands before an input that is an entry of the archive, not the whole of it. */
const marker = '\nentry '

/** An archive with one entry replaced. */
function withEntry(name: string, content: Uint8Array): Uint8Array {
  const entries = { ...unzipSync(readFileSync(file('convolutional'))), [name]: content }
  const stored: Zippable = Object.fromEntries(
    Object.entries(entries).map(([key, bytes]) => [key, [bytes, { level: 0 }]]),
  )
  return zipSync(stored)
}

/** Mutations of a whole archive, and of its graph and list of tensors, which a mutated archive would seldom reach. */
export const exportedNetwork: Target = {
  seeds: () => {
    const entries = unzipSync(readFileSync(file('convolutional')))
    const parts = [graph, places].map((name) => Buffer.concat([bytesOf(`${marker}${name}\n`), entries[name]!]))
    return [readFileSync(file('convolutional')), readFileSync(file('dropout')), ...parts]
  },
  tokens: [
    '"as_tensor": {"name": "',
    '"as_sym_int": {"as_name": "',
    '"as_ints": [1, 1]',
    '"as_float": "Infinity"',
    '"target": "torch.ops.aten.from_file.default"',
    '"target": "_operator.floordiv"',
    '"use_pickle": true',
    '"sizes": [{"as_int": 9007199254740991}]',
    '"storage_offset": {"as_int": -1}',
  ],
  run: (input, folder) => {
    const path = join(folder, 'net.pt2')
    const text = Buffer.from(input.buffer, input.byteOffset, input.length).toString('latin1')
    const [, name = ''] = /^\nentry (net\/[\w/.]+)\n/.exec(text) ?? []
    const content = input.subarray(marker.length + name.length + 1)
    writeFileSync(path, name === '' ? input : withEntry(name, content))
    return expectRefusal(() => withPrograms(exported({ file: path }).layers))
  },
}
