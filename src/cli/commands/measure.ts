import { defineCommand } from '../command.js'
import { interruptible } from '../interruption.js'
import { environmentNotice, sharedOptions } from '../options.js'
import { print } from '../output.js'

export const measure = defineCommand({
  command: 'measure <checkpoints..>',
  describe: 'Measure how the layers turn in a series of checkpoints',
  positionals: {
    checkpoints: {
      type: 'string',
      array: true,
      demandOption: true,
      default: undefined,
      describe: 'Files of safetensors, PyTorch, NumPy, GGUF or Keras, or folders that are a checkpoint or hold several',
    },
  },
  options: {
    from: {
      type: 'string',
      requiresArg: true,
      describe: 'The checkpoint from which rotation is measured',
      defaultDescription: 'the first one',
    },
    layers: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Patterns of the layers, such as "model.layers.*.mlp.*"; they may name tensors of one dimension, too',
      defaultDescription: 'all tensors of two and more dimensions',
    },
    by: {
      choices: ['layer', 'neuron', 'group'] as const,
      default: 'layer' as const,
      requiresArg: true,
      describe: 'Measure each layer, also the neurons of each, or groups such as attention, mlp and norms',
    },
    spectral: {
      type: 'boolean',
      default: false,
      describe: 'Add spectral norm, stable rank and spectral update to layers.csv, which takes many times as long',
    },
    output: {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for report.html, its figures, layers.csv, layers.parquet and measurement.json',
    },
    follow: {
      type: 'boolean',
      default: false,
      describe: 'Go on with the checkpoints that appear, until Ctrl-C',
    },
    json: {
      type: 'boolean',
      default: false,
      describe: 'Print JSON instead of the table; with --follow a line for each checkpoint',
    },
    threads: sharedOptions.threads,
  },
  examples: [
    ['measure checkpoints', 'A folder with step1000.safetensors, step2000.safetensors …'],
    ['measure output/checkpoint-*', 'Folders of Hugging Face, or distributed checkpoints of PyTorch'],
    ['measure finetuned --from base', 'How far a fine-tuned model has turned from its base'],
    [
      'measure checkpoints --layers "*.attn.*" --output rotation',
      'Some layers at each checkpoint, as a table for pandas and a report with figures',
    ],
    ['measure output --follow --output rotation', 'While a training writes its checkpoints into output/'],
  ],
  notes: [
    'Steps are read from the names: step1000, checkpoint-500, epoch=3-step=2000, a number alone; initial is step 0. Where no name of ' +
      'the paths has one, those of their folders count, and else the order is that of the command line, within a folder that of the ' +
      'names.',
    'The table shows each layer at the last checkpoint. It points out layers that have never changed (frozen) or not since the ' +
      'checkpoint before (still), have turned by more than a right angle (reversed), have twice or half their first norm, are ' +
      'zero, hold NaN or infinite weights (not finite), or are missing.',
    'All numbers are calculated in float64 from the bytes of the files. The pickles of PyTorch are read as data, and never run.',
    'Groups are told by the names of the layers, and hold tensors of one dimension, too; a group is measured as one vector.',
    '--follow looks once a second, measures a checkpoint when it is whole and no longer changes, and brings the files of --output up to ' +
      'date. The training may delete its older checkpoints: the first one and the newest stay open, and their disk space in use, ' +
      'until the end.',
    environmentNotice,
  ],
  handler: async ({ checkpoints, output, follow, json, ...options }) => {
    const { measurementRecord, requireMeasurementFolder } = await import('../../measure/measurement-files.js')
    if (output !== undefined) await requireMeasurementFolder(output)
    if (follow) {
      const { showFollowing } = await import('../measure/follow.js')
      return showFollowing(checkpoints, options, { output, json })
    }
    const { measureCheckpoints } = await import('../../measure/measure-checkpoints.js')
    const { healthLines } = await import('../measure/health-lines.js')
    const series = await interruptible((signal) => measureCheckpoints(checkpoints, { ...options, signal }), {
      note: (line) => print(line),
      stopping: () => 'Stopping after this checkpoint',
    })
    if (json) print(JSON.stringify(measurementRecord(series), null, 2))
    else print(...healthLines(series))
    if (output === undefined) return
    const { writeSeries } = await import('../measure/write-series.js')
    const lines = await writeSeries(series, output)
    if (!json) print(...lines)
  },
})
