import { defineCommand } from '../command.js'
import { loadedExperiment } from '../evaluate/loaded-experiment.js'
import { modelOptions, modelPositional, requireOutput, resultOptions } from '../evaluate/options.js'
import { interruptible } from '../interruption.js'
import { environmentNotice, settings, settingsPositional } from '../options.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

export const predict = defineCommand({
  command: 'predict <model> [settings..]',
  describe: 'Ask trained weights for the classes of images',
  positionals: {
    model: modelPositional,
    settings: settingsPositional,
  },
  options: {
    data: {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe:
        'The images, which need no labels: an image file, a folder of them, file.npy, file.npz/array or file.parquet/column',
    },
    ...modelOptions,
    output: { type: 'string', requiresArg: true, describe: 'Folder for predictions.parquet' },
    ...resultOptions,
  },
  settings,
  examples: [
    ['predict runs/leaves/20261123-052233-7f3a90 --data photos', 'The class of each image in a folder'],
    ['predict runs/leaves/20261123-052233-7f3a90 --data oak.jpg --weights best', 'That of one image'],
    ['predict runs/mnist/20261123-052233-7f3a90 --data digits.npz/x --output answers', 'As Parquet'],
  ],
  notes: [
    'Images have the size that the network takes. Pixels are normalised as in the training: the weights of a run carry the mean ' +
      'and deviation of its training images and the names of its classes.',
    environmentNotice,
  ],
  handler: async ({ model, settings, data, experiment, 'batch-size': batchSize, output, logits, json, ...given }) => {
    requireOutput('predict', { logits, output })
    const { predict } = await import('../../evaluation/predict.js')
    const { workDisplay } = await import('../progress/displays.js')
    const { predictionLines, predictionRows } = await import('../evaluate/describe-prediction.js')
    const work = json ? undefined : workDisplay()
    const prediction = await interruptible(
      async (signal) =>
        predict(model, data, {
          ...given,
          experiment: await loadedExperiment(experiment),
          ...{ settings, batchSize, signal },
          onData: (progress) => work?.progress(progress),
          onNote: (note) => work?.note(note),
        }),
      { note: (line) => work?.note(line), stopping: () => 'Stopping' },
    ).finally(() => work?.end())
    if (json) print(JSON.stringify(predictionRows(prediction), null, 2))
    else print(...predictionLines(prediction))
    if (output === undefined) return
    const { writePrediction } = await import('../../evaluation/write-prediction.js')
    const folder = await writePrediction(prediction, output, { logits })
    if (!json) print('', `written to ${clickablePath(folder)}`)
  },
})
