import { fileURLToPath } from 'node:url'
import { defineCommand } from '../command.js'
import { print } from '../output.js'

/** The program that exports modules; it needs torch alone. */
const file = fileURLToPath(new URL('../../../assets/python/export_model.py', import.meta.url))

export const exporter = defineCommand({
  command: 'exporter',
  describe: 'Print a Python file that exports a network from PyTorch',
  positionals: {},
  options: {},
  examples: [
    ['exporter > export_model.py', 'The file, beside your own code'],
    ['models net.pt2', 'The layers of a network that it exported'],
    ['run mnist model="{type: exported, file: net.pt2}"', 'A training of it'],
  ],
  notes: [
    'In Python, for a module that takes a batch of images and returns logits:\n' +
      '  from export_model import export_model\n' +
      '  export_model(torchvision.models.resnet18(num_classes=10), (3, 32, 32), "net.pt2")\n' +
      'or, for a function that returns the module:\n' +
      '  python export_model.py models.py:make_net 3,32,32 net.pt2',
    'For one that takes windows of 256 token ids below 50257 and returns logits for the id after each:\n' +
      '  export_model(GPT(config), (256,), "gpt.pt2", vocabulary=50257)\n' +
      '  python export_model.py models.py:make_gpt tokens:256,50257 gpt.pt2',
    'The file needs PyTorch 2.8 or newer and nothing else. docs/networks-from-pytorch.md says what can be exported.',
  ],
  handler: async () => {
    const { readText } = await import('../../files/read-text.js')
    const { reading } = await import('../../files/reading.js')
    print((await reading(file, () => readText(file))).trimEnd())
  },
})
