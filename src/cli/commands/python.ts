import { fileURLToPath } from 'node:url'
import { defineCommand } from '../command.js'
import { print } from '../output.js'

/** The file for people who train in PyTorch; it needs torch alone. */
const file = fileURLToPath(new URL('../../../assets/python/layer_rotation.py', import.meta.url))

export const python = defineCommand({
  command: 'python',
  describe: 'Print a Python file that records a training in PyTorch',
  positionals: {},
  options: {},
  examples: [
    ['python > layer_rotation.py', 'The file, beside your own code'],
    ['report rotation', 'The report of the folder that it writes'],
  ],
  notes: [
    'In the training:\n' +
      '  rotation = LayerRotation(model, every=10, folder="rotation")\n' +
      '  ...\n' +
      '  optimizer.step()\n' +
      '  rotation.step()',
    'The file needs PyTorch 2.0 or newer and nothing else. It also has callbacks for Lightning and for the Trainer of Hugging ' +
      "Face, and a handler for Ignite. docs/python.md describes it, and so does Python's help(LayerRotation).",
  ],
  handler: async () => {
    const { readText } = await import('../../files/read-text.js')
    const { reading } = await import('../../files/reading.js')
    print((await reading(file, () => readText(file))).trimEnd())
  },
})
