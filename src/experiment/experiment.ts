import { z } from 'zod'
import { dataSchema } from '../data/data.js'
import type { ErrorCode } from '../errors.js'
import { groupSchema } from '../groups/group.js'
import { lossSchema } from '../loss/loss.js'
import { modelSchema, type ModelInput } from '../model/model.js'
import { optimizerSchema } from '../optimizer/optimizer.js'
import { checkpointConfigSchema } from './checkpoint-config.js'
import { regularizationSchema } from '../regularization/regularization.js'
import { multipliersSchema } from '../schedule/multipliers/multipliers.js'
import { learningRateSchema } from '../schedule/schedule.js'
import { stoppingSchema } from '../stopping/stopping-config.js'
import { recordSchema } from '../rotation/record-config.js'
import { strictObject } from '../validation/strict-object.js'
import type { DeepReadonly, Input } from '../validation/input.js'
import { validate } from '../validation/validate.js'
import { contradictions } from './checks/checks.js'

/** A name that is a folder's name on every system. */
export const folderName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/,
    'a name of letters, digits, ., - and _, at most 100 (it becomes a folder)',
  )

const experimentSchema = strictObject({
  name: folderName,
  data: dataSchema,
  /**
   * What pixels are normalised by: 'scalar', one mean and one deviation over all pixels and channels of all training
   * images, as in the paper; 'channel', one of each for every channel. Images that validate count, those that a subset
   * leaves out too.
   */
  normalization: z.enum(['scalar', 'channel']).default('scalar'),
  /** Changes of the training images, drawn anew in every epoch. */
  augmentation: strictObject({
    /**
     * Pixels that an image is shifted by at most, down or up and, independently, right or left; 0 for none. All whole
     * shifts have the same probability, the two largest half of it. Beyond its border the image is mirrored. Paper: 4.
     */
    shift: z.int().min(0).default(0),
    /** Mirror images from left to right, with probability 1/2. */
    flip: z.boolean().default(false),
  }).prefault({}),
  /** The share of the training images, drawn by the seed, that validates in place of training, 0 … 1; null for none. */
  validation: strictObject({ share: z.number().gt(0).lt(1) })
    .nullable()
    .default(null),
  model: modelSchema,
  /** A safetensors file with PyTorch's names: the weights to start from, to which rotation refers. null to draw them. */
  initialWeights: z.string().min(1).nullable().default(null),
  loss: lossSchema.prefault({ type: 'crossEntropy' }),
  optimizer: optimizerSchema,
  /** Pulls weights towards 0; null for none. */
  regularization: regularizationSchema.nullable().default(null),
  /** Settings of some of the parameters, by layer, kind or name; of those that match a parameter the last one decides. */
  groups: z.array(groupSchema).default([]),
  learningRate: learningRateSchema,
  /** What the learning rate of each layer is multiplied by; null for 1. */
  multipliers: multipliersSchema.nullable().default(null),
  epochs: z.int().min(1),
  /** Images a step. At most the training images. */
  batchSize: z.int().min(1),
  /**
   * 'all': an epoch visits every image once; its last batch takes what remains. 'kerasSequence': Keras's fit_generator with
   * steps_per_epoch = ⌊images / batchSize⌋, as the paper's tasks with augmentation have it; see epochOrders.
   */
  batches: z.enum(['all', 'kerasSequence']).default('all'),
  /**
   * 'bf16': convolutions and dense products in bf16; weights, normalisation, loss and update stay fp32. 'tf32', on CUDA
   * devices: fp32, with the factors of products rounded to TF32.
   */
  precision: z.enum(['fp32', 'tf32', 'bf16']).default('fp32'),
  /** How images and the weights of convolutions lie in memory: a matter of speed and of rounding. */
  memoryFormat: z.enum(['channelsLast', 'contiguous']).default('channelsLast'),
  /**
   * On CUDA devices: cuDNN measures its deterministic algorithms and takes the fastest. They are not always the same ones,
   * so two runs may differ by rounding.
   */
  cudnnBenchmark: z.boolean().default(false),
  /** 0 … 2³²-1. Decides subset, validation split, initial weights, order of images, augmentation and dropout masks. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /** 'auto' (CUDA where there is one, else the CPU), 'cpu', 'cuda' or 'cuda:N'. */
  device: z
    .string()
    .regex(/^(auto|cpu|cuda(:\d{1,3})?)$/, 'auto, cpu, cuda or cuda:N')
    .default('auto'),
  /** CPU threads; null for LibTorch's choice, one a core. */
  threads: z.int().min(1).max(1024).nullable().default(null),
  /** When to end before the last epoch; null for never. */
  stopping: stoppingSchema.nullable().default(null),
  record: recordSchema.prefault({}),
  checkpoint: checkpointConfigSchema.prefault({}),
}).superRefine((config, context) => {
  if (context.issues.length > 0) return
  for (const { path, message } of contradictions(config)) context.addIssue({ code: 'custom', path, message })
})

/** All that decides a run's numbers, defaults filled in: config.json. */
export type ExperimentConfig = z.output<typeof experimentSchema>

/** What a user writes: an experiment without its defaults. */
export type ExperimentInput = DeepReadonly<Omit<Input<typeof experimentSchema>, 'model'> & { model: ModelInput }>

/**
 * Checks an experiment and fills in its defaults.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, naming path, value and expectation of everything that is wrong
 */
export function experiment(input: ExperimentInput): ExperimentConfig {
  return validateExperiment(input, subjectOf(input))
}

/** As `experiment`, for what was read from a file. */
export function validateExperiment(input: unknown, subject: string, code?: ErrorCode): ExperimentConfig {
  return validate(experimentSchema, input, subject, code)
}

function subjectOf(input: unknown): string {
  const name: unknown = (input as { name?: unknown } | null | undefined)?.name
  return typeof name === 'string' ? `experiment ${JSON.stringify(name)}` : 'experiment'
}
