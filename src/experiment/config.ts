import { z } from 'zod'
import { dataSchema } from '../data/data.js'
import { groupSchema } from '../groups/group.js'
import { lossSchema } from '../loss/loss.js'
import { modelSchema } from '../model/model.js'
import { gradientClippingSchema } from '../optimizer/gradient-clipping.js'
import { optimizerSchema } from '../optimizer/optimizer.js'
import { regularizationSchema } from '../regularization/regularization.js'
import { recordSchema } from '../rotation/record-config.js'
import { multipliersSchema } from '../schedule/multipliers/multipliers.js'
import { learningRateSchema } from '../schedule/schedule.js'
import { stoppingSchema } from '../stopping/stopping-config.js'
import type { DeepReadonly, Input } from '../validation/input.js'
import { strictObject } from '../validation/strict-object.js'
import { augmentationSchema } from './augmentation-config.js'
import { averagingSchema } from './averaging-config.js'
import { checkpointConfigSchema } from './checkpoint-config.js'
import { evaluationConfigSchema } from './evaluation-config.js'
import { loggerSchema } from './logger-config.js'

/** A name that every file system takes for a folder. */
export const folderName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/,
    'a name of letters, digits, ., - and _, at most 100 (it becomes a folder)',
  )

const tagSchema = z
  .string()
  .max(100)
  .regex(/^[^\s,](?:[^\r\n\t,]*[^\s,])?$/, 'a word, or some words on one line, without a comma')

const validationSchema = strictObject({
  /** The share of the training images that validate, above 0 and below 1. */
  share: z.number().gt(0).lt(1),
})

/**
 * Every key of an experiment, each value checked by itself. Editors, `run --help`, the table in docs/experiment.md and the JSON Schema take
 * their words from the comments here.
 */
export const experimentSchema = strictObject({
  /** The experiment's name: letters, digits, '.', '-' and '_', at most 100. Its runs are in a folder of this name. */
  name: folderName,
  /** The data set, such as `cifar10()`; or `tokens({ … })`, whose examples are windows of token ids instead of images. */
  data: dataSchema,
  /**
   * The statistics that normalise pixels: 'scalar', one mean and one deviation over all pixels and channels, as in the paper;
   * 'channel', one of each for every channel. They are those of all training images, including images that validate and
   * images that a subset leaves out.
   *
   * @default "scalar"
   */
  normalization: z.enum(['scalar', 'channel']).default('scalar'),
  /**
   * Random changes of the training images, drawn again in every epoch from seed, epoch and image.
   *
   * @default { "shift": 0, "flip": false, "crop": null, "randAugment": null, "cutout": 0, "randomErasing": null, "mixing": null }
   */
  augmentation: augmentationSchema.prefault({}),
  /**
   * The part of the training images that validates instead of training, drawn by the seed; null for none.
   * `checkpoints/best` then keeps the weights of the best epoch.
   *
   * @default null
   */
  validation: validationSchema.nullable().default(null),
  /**
   * The epochs after which the run evaluates validation and test images, and how many of them. Evaluating 10,000 test images
   * after every short epoch may take most of a run's time.
   *
   * @default { "every": 1, "images": null, "initial": false }
   */
  evaluation: evaluationConfigSchema.prefault({}),
  /** The network, such as `resnet18()` or `network({ layers })`. */
  model: modelSchema,
  /**
   * A safetensors file with PyTorch's names that holds the weights to start from, to which rotation refers; null draws the
   * weights from the seed.
   *
   * @default null
   */
  initialWeights: z.string().min(1).nullable().default(null),
  /**
   * The loss: `crossEntropy()`, with label smoothing if wanted, or `kerasCrossEntropy()`, clipped as in the paper.
   *
   * @default { "type": "crossEntropy", "labelSmoothing": 0 }
   */
  loss: lossSchema.prefault({ type: 'crossEntropy' }),
  /** The update rule, alone or inside a control of rotation: `sgd()`, `layca(adam())`. */
  optimizer: optimizerSchema,
  /**
   * A pull of the weights towards 0, such as `l2(5e-4)`; null for none.
   *
   * @default null
   */
  regularization: regularizationSchema.nullable().default(null),
  /**
   * A bound of the loss's gradient, such as `clipNorm(1)`; null for none. Weight decay is added after it.
   *
   * @default null
   */
  gradientClipping: gradientClippingSchema.nullable().default(null),
  /**
   * Settings of some of the parameters, selected by layer, kind or name. Where several groups match a parameter, the last one
   * decides, key by key. At most 10,000.
   *
   * @default []
   */
  groups: z.array(groupSchema).max(10_000).default([]),
  /**
   * The learning rate: a schedule such as `cosine(0.1)`, one schedule a layer, `plateau(0.1)`, `replay(run)` or
   * `rotateTo(curve)`.
   */
  learningRate: learningRateSchema,
  /**
   * A factor on the learning rate of each layer, such as `alphaMultipliers(0.4)`; null for 1.
   *
   * @default null
   */
  multipliers: multipliersSchema.nullable().default(null),
  /** The number of epochs, at least 1. */
  epochs: z.int().min(1),
  /** The number of images, or of windows of tokens, in a step, at least 1 and at most all that train. */
  batchSize: z.int().min(1),
  /**
   * The images of an epoch: 'all' visits every image once, the last batch taking those that remain; 'kerasSequence' is
   * Keras's fit_generator with steps_per_epoch = ⌊images / batchSize⌋, as in the paper's tasks with augmentation.
   *
   * @default "all"
   */
  batches: z.enum(['all', 'kerasSequence']).default('all'),
  /**
   * The number of equal parts in which a batch goes through the network, which then needs the memory of one part: a divisor of
   * batchSize. Their gradients add up to that of the batch; batch normalisation sees each part by itself.
   *
   * @default 1
   */
  accumulation: z.int().min(1).default(1),
  /**
   * The precision of convolutions and dense products: 'fp32'; 'bf16', as PyTorch's autocast; 'tf32', on CUDA devices, fp32
   * with factors rounded to TF32. Weights, normalisation, loss and update are fp32 in all of them. On a CPU, bf16 is fast with
   * AMX alone: `layer-rotation info` tells which is faster.
   *
   * @default "fp32"
   */
  precision: z.enum(['fp32', 'tf32', 'bf16']).default('fp32'),
  /**
   * The order of images and convolutions' weights in memory, which changes speed and rounding.
   *
   * @default "channelsLast"
   */
  memoryFormat: z.enum(['channelsLast', 'contiguous']).default('channelsLast'),
  /**
   * Makes cuDNN, on CUDA devices, measure its deterministic algorithms and take the fastest. It may choose differently
   * the next time, so that two runs may differ by rounding.
   *
   * @default false
   */
  cudnnBenchmark: z.boolean().default(false),
  /**
   * The seed of subset, validation split, initial weights, order of images, augmentation and dropout: 0 to 2³²-1.
   *
   * @default 1
   */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /**
   * The device: 'auto' (CUDA where there is a device, else the CPU), 'cpu', 'cuda' or 'cuda:1'.
   *
   * @default "auto"
   */
  device: z
    .string()
    .regex(/^(auto|cpu|cuda(:\d{1,3})?)$/, 'auto, cpu, cuda or cuda:N')
    .default('auto'),
  /**
   * The number of CPU threads, 1 to 1024; null leaves it to LibTorch, which takes one a core.
   *
   * @default null
   */
  threads: z.int().min(1).max(1024).nullable().default(null),
  /**
   * An average of the weights beside those that train, such as `ema()` or `swa(75)`; null for none. metrics.csv has its scores,
   * and `checkpoints/average` its weights.
   *
   * @default null
   */
  averaging: averagingSchema.nullable().default(null),
  /**
   * Reasons to end before the last epoch; null for none.
   *
   * @default null
   */
  stopping: stoppingSchema.nullable().default(null),
  /**
   * The measurements of layers that a run records beside those of each epoch's first and last step.
   *
   * @default { "steps": 0, "neurons": false, "spectral": false, "references": [] }
   */
  record: recordSchema.prefault({}),
  /**
   * The times at which a run writes a checkpoint that it can be resumed from.
   *
   * @default { "everyEpochs": null, "everyMinutes": 10, "keep": 1 }
   */
  checkpoint: checkpointConfigSchema.prefault({}),
  /**
   * The services that show the run while it trains, such as `tensorBoard()` and `mlflow()`, at most 10. One that fails never
   * stops a run.
   *
   * @default []
   */
  loggers: z
    .array(loggerSchema)
    .max(10)
    .refine((loggers) => new Set(loggers.map((each) => JSON.stringify(each))).size === loggers.length, {
      error: 'a logger is listed twice; expected each once',
    })
    .default([]),
  /**
   * Words by which to find the run again, in `list` and in reports: at most 100, each of at most 100 characters.
   *
   * @default []
   */
  tags: z.array(tagSchema).max(100).default([]),
  /**
   * A text about the experiment for its readers, at most 10,000 characters.
   *
   * @default ""
   */
  notes: z.string().max(10_000).default(''),
})

/** Everything that decides a run's numbers, with defaults filled in: the content of config.json. */
export type ExperimentConfig = z.output<typeof experimentSchema>

/** An experiment as a user writes it, without its defaults. */
export type ExperimentInput = DeepReadonly<Input<typeof experimentSchema>>
