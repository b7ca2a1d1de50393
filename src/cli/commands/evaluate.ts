import { defineCommand } from '../command.js'
import { loadedExperiment } from '../evaluate/loaded-experiment.js'
import { modelOptions, modelPositional, requireOutput, resultOptions } from '../evaluate/options.js'
import { interruptible } from '../interruption.js'
import { environmentNotice, settings, settingsPositional } from '../options.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

export const evaluate = defineCommand({
  command: 'evaluate <model> [settings..]',
  describe: 'Evaluate trained weights, class by class',
  positionals: {
    model: modelPositional,
    settings: settingsPositional,
  },
  options: {
    ...modelOptions,
    data: {
      type: 'string',
      requiresArg: true,
      describe: 'Other data, such as cifar10 or "{type: cifar10, folder: elsewhere}"; the same as data=…',
    },
    split: {
      type: 'string',
      choices: ['train', 'validation', 'test'],
      default: 'test',
      describe: 'The images; train leaves those out that validate',
    },
    output: {
      type: 'string',
      requiresArg: true,
      describe:
        'Folder for evaluation.json, per-class.csv, the confusion matrix (CSV, SVG, PNG) and predictions.parquet',
    },
    ...resultOptions,
  },
  settings,
  examples: [
    ['evaluate runs/mnist/20261123-052233-7f3a90', 'Loss and accuracy on the test images, and those of each class'],
    ['evaluate runs/mnist/20261123-052233-7f3a90 --weights best --output scores', 'With tables and a figure'],
    ['evaluate runs/vgg/20261123-052233-7f3a90 data.folder=/data/cifar', 'With the data in another place'],
    ['evaluate resnet18.safetensors --experiment resnet.yaml --split validation', 'Weights of another program'],
  ],
  notes: [
    'Pixels are normalised as in the training, whatever data are evaluated: the weights of a run carry the mean and deviation ' +
      'of its training images and the names of its classes.',
    environmentNotice,
  ],
  handler: async ({
    model,
    settings,
    experiment,
    data,
    split,
    'batch-size': batchSize,
    output,
    logits,
    json,
    ...given
  }) => {
    requireOutput('evaluate', { logits, output })
    const { evaluate } = await import('../../evaluation/evaluate.js')
    const { workDisplay } = await import('../progress/displays.js')
    const { evaluationSummary } = await import('../../evaluation/evaluation-summary.js')
    const work = json ? undefined : workDisplay()
    const evaluation = await interruptible(
      async (signal) =>
        evaluate(model, {
          ...given,
          experiment: await loadedExperiment(experiment),
          settings: [...(data === undefined ? [] : [`data=${data}`]), ...settings],
          ...{ split, batchSize, signal },
          onData: (progress) => work?.progress(progress),
          onNote: (note) => work?.note(note),
        }),
      { note: (line) => work?.note(line), stopping: () => 'Stopping the evaluation' },
    ).finally(() => work?.end())
    if (json) print(JSON.stringify(evaluationSummary(evaluation), null, 2))
    else {
      const { evaluationLines } = await import('../evaluate/describe.js')
      print(...evaluationLines(evaluation))
    }
    if (output === undefined) return
    const { writeEvaluation } = await import('../../evaluation/write-evaluation.js')
    const folder = await writeEvaluation(evaluation, output, { logits })
    if (!json) print('', `written to ${clickablePath(folder)}`)
  },
})
