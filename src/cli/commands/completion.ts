import { fileURLToPath } from 'node:url'
import { defineCommand } from '../command.js'
import { print } from '../output.js'

const shells = ['bash', 'zsh'] as const

export const completion = defineCommand({
  command: 'completion [shell]',
  describe: 'Print the script for tab completion in bash or zsh',
  positionals: {
    shell: { choices: shells, describe: 'The shell', defaultDescription: 'zsh if SHELL names it, else bash' },
  },
  options: {},
  examples: [['completion bash >> ~/.bashrc', 'Complete commands, options, names and keys in each new shell']],
  notes: [
    'The script completes `layer-rotation …` and `npx layer-rotation …`, by the program that is installed in the present ' +
      'folder or above it, or else that on the PATH.',
  ],
  handler: async ({ shell = process.env['SHELL']?.endsWith('/zsh') ? 'zsh' : 'bash' }) => {
    const { readText } = await import('../../files/read-text.js')
    const { reading } = await import('../../files/reading.js')
    const file = fileURLToPath(new URL(`../../../assets/shell/completion.${shell}`, import.meta.url))
    print((await reading(file, () => readText(file))).trimEnd())
  },
})
