import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { print } from '../output.js'

export const build = defineCommand({
  command: 'build',
  describe: 'Build the native addon',
  positionals: {},
  options: {},
  examples: [
    ['build', 'Build against the first LibTorch that is found'],
    ['info', 'See which that is'],
  ],
  notes: [
    'LibTorch is looked for in the folder that LIBTORCH names, in the active Python, and in a private copy below ~/.cache, ' +
      'into which pip downloads it if there is none (LAYER_ROTATION_DOWNLOAD=0 forbids that). ' +
      'Building needs Python 3, g++ 11 or clang 14, and CMake. An addon that is up to date is left alone.',
  ],
  handler: async () => {
    const { buildAddon, SetupFailure } = await import('#setup')
    try {
      await buildAddon({ log: print })
    } catch (error) {
      if (!(error instanceof SetupFailure)) throw error
      throw new LayerRotationError('ADDON_MISSING', error.message, { cause: error })
    }
  },
})
