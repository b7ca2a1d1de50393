import type { Split, TokenSplit } from '../data/split.js'
import type { LossConfig } from '../loss/loss.js'
import type { LayerSpec } from '../model/layers.js'
import type { GradientClippingConfig } from '../optimizer/gradient-clipping.js'
import type { OptimizerConfig } from '../optimizer/optimizer.js'
import type { AddonMeasure, NeuronMeasure, SpectralMeasure } from '../rotation/measures.js'

/** Training settings of one parameter. */
export interface ParameterSettings {
  /** Name in the model's state: 'conv0.weight', 'bn0.bias'. */
  name: string
  trained: boolean
  /** True if the optimizer's control, such as Layca, applies; possible for a layer's weight only. */
  controlled: boolean
  /** Factor of the layer's learning rate; biases and normalisation belong to the layer before them. */
  rateFactor: number
  /** Weight decay c in the gradient g + c·w that the update rule receives. */
  decay: number
  /** Decoupled weight decay c in w <- w - rate·c·w, besides the rule's step. */
  decoupledDecay: number
}

/** The changes of each training image by itself. */
export interface Augmentation {
  /** The largest shift in pixels, at most 8192; pixels from beyond the border are mirrored. */
  shift: number
  /** Mirrors half of the images. */
  flip: boolean
  /** A random crop of an image with `padding` pixels, at most 8192, on each side; instead of shifts. By default none. */
  crop?: { padding: number; mode: 'constant' | 'edge' | 'reflect' | 'symmetric' } | null
  /**
   * RandAugment with 1 to 100 operations of the magnitude 0 … 30, after shift and flip; by default none. For images of bytes,
   * with one channel or three.
   */
  randAugment?: { operations: number; magnitude: number } | null
  /** The side in pixels of a square that is set to the mean; by default 0, none. */
  cutout?: number
}

/** The model, the data and the settings of a trainer. */
export interface TrainerSpec {
  /** 'auto' (CUDA if available, else the CPU), 'cpu', 'cuda' or 'cuda:N'. */
  device: string
  /** CPU threads of LibTorch for this trainer's work; 0 keeps the default (one per core). */
  threads: number
  /** Seed of the initial weights and the dropout masks. */
  seed: number
  /** Shape of one example, without the batch dimension; [context] for tokens. */
  inputShape: readonly number[]
  /** The number of classes; for tokens, the size of the vocabulary. */
  classes: number
  /** An exported network has its `Program` besides: `{ type: 'exported', …, program }`. */
  layers: readonly LayerSpec[]
  optimizer: OptimizerConfig
  /** By default gradients are taken as they are. */
  gradientClipping?: GradientClippingConfig | null
  /**
   * The most examples that go through the network at once, at least 1: larger batches do so in parts, whose gradients add up.
   * By default batches are whole.
   */
  microBatch?: number
  /**
   * Number format of activations, convolutions and dense products; weights, normalisation and loss are fp32. 'tf32' is
   * fp32 with the factors of products rounded to TF32: CUDA devices only, else DEVICE_UNAVAILABLE.
   */
  precision: 'fp32' | 'tf32' | 'bf16'
  memoryFormat: 'channelsLast' | 'contiguous'
  /**
   * Makes cuDNN, on CUDA devices, measure its deterministic algorithms and take the fastest, not always the same;
   * default false.
   */
  cudnnBenchmark?: boolean
  loss: LossConfig
  /** Settings of each tensor that training may change: weights, biases, scale and shift of normalisations. */
  parameters: readonly ParameterSettings[]
  /** Augmentation in training. */
  augmentation: Augmentation
  /** All initial weights, instead of those drawn from the seed; buffers may be missing. */
  weights?: NamedTensor[]
  /** Uses, for tests, ATen operations instead of this package's kernels for data, loss and update. */
  preferAten?: boolean
  /** Uses, for tests on the CPU, the kernels for CUDA devices, compiled for the host. */
  blockKernels?: boolean
  /** Captures the steps as CUDA graphs on CUDA devices (the default) or launches their operations one by one. */
  cudaGraph?: boolean
  /**
   * Keeps, for a bf16 model that block kernels update, bf16 copies of the weights for its products (the default) or
   * casts the weights in every step. The bits are the same.
   */
  shadowWeights?: boolean
  data: {
    /** [1] or [channels]: the network receives (pixel - mean) / deviation. Absent for tokens, which it receives as int64. */
    mean?: Float64Array
    deviation?: Float64Array
    train: Split | TokenSplit
    /** Indices of the examples in `train` that validate; may be empty. */
    validation: Int32Array
    test: Split | TokenSplit
  }
}

/** One weight or buffer of a model, in forward order, named as in PyTorch's `state_dict`. */
export interface NamedTensor {
  name: string
  shape: number[]
  data: Float32Array
}

/** A sequence of training examples, its batches and its augmentation. */
export interface BatchPlan {
  /** Indices into the training split in the order of their visit. */
  order: Int32Array
  /** [steps], each at least 1; their sum is order.length. */
  batchSizes: Int32Array
  /** 0 … 2³²-1; together with the index of an image it determines the image's shift, flip, operations and erased square. */
  augmentationKey: number
  /**
   * [order.length][4]: top, bottom, left and right, bottom and right excluded, of the box of each image that is set to the mean
   * after normalisation, instead of a square; by default none.
   */
  erased?: Int32Array
  /** By default no images are mixed. */
  mixing?: Mixing
}

/**
 * Mixtures of images, after normalisation, with others. The targets of a step are mixed too, in the shares s and 1 - s, and each of
 * an image's two labels counts as its share of a hit.
 */
export interface Mixing {
  /** Indices into the training split: the partner of the image at the same place in the order. */
  partners: Int32Array
  /** [steps]: the share s of the image's own label, 0 … 1. */
  shares: Float64Array
  /**
   * [steps][4]: top, bottom, left and right of the box of pixels, right and bottom excluded, that come from the partner. If it
   * is empty, all pixels are blended: s times the own one and 1 - s times the partner's.
   */
  boxes: Int32Array
  /** [order.length][4]: the boxes of the partners that are set to the mean, as BatchPlan's `erased` of the images. */
  erased?: Int32Array
}

/** Steps after which the weights are averaged: average ← average + weight·(weights − average). */
export interface AverageRequest {
  /** 0-based within the request, ascending. */
  steps: Int32Array
  /** [steps], each above 0 and at most 1; 1 begins the average anew. */
  weights: Float64Array
}

/** Steps of an epoch to train. */
export interface EpochRequest extends BatchPlan {
  /** [steps][layers], row-major: the learning rate of each layer at each step. */
  rates: Float64Array
  record: RecordRequest
  /** By default nothing is averaged. */
  average?: AverageRequest
  /** Sums of the epoch's earlier steps: the result then includes them, with the bits of an uninterrupted epoch. */
  sums?: EpochSums
}

/** Sums over the labels of an epoch, or of a part of one: one of each image, or of each token. */
export interface EpochSums {
  /** Sum of the losses. */
  loss: number
  /** Number of labels that had the largest logit; each of the two labels of a mixed image counts as its share. */
  hits: number
  /** Number of labels. */
  examples: number
}

/** The requested measurements of the layers. */
export interface RecordRequest {
  /** Steps to record, 0-based within the epoch, ascending. */
  steps: Int32Array
  /** Records the rotation and the angle of each neuron too, as quartiles. */
  neurons: boolean
  /** Records the spectral measures too. */
  spectral: boolean
  /** Names given to setReference; the rotation from those weights is recorded too. */
  references: readonly string[]
}

/** The records of the layers after some steps: each measure is [records][layers], row-major. */
export interface LayerRecords extends Record<AddonMeasure, Float64Array> {
  /** [records]: the requested steps that were made, 0-based within the epoch. */
  steps: Int32Array
  /** Cosine distance to each requested reference, [records][layers]. */
  references: Record<string, Float64Array>
  /** [records][layers][5]: minimum, quartiles and maximum over the neurons of a layer. */
  neurons?: Record<NeuronMeasure, Float64Array>
  /** [records][layers] each. */
  spectral?: Record<SpectralMeasure, Float64Array>
}

/** The progress of an epoch, reported at most every 100 ms. */
export interface EpochProgress {
  /** Steps done in this epoch, of `steps`. */
  step: number
  steps: number
  /** Means over the examples seen in this epoch so far. */
  loss: number
  accuracy: number
  /** Mean loss of each batch, in training mode before its update, of the steps since the last report. */
  losses: Float64Array
}

/** The progress of an evaluation, reported at most every 100 ms. */
export interface EvaluationProgress {
  /** Examples handed to the device so far, of `total`. */
  done: number
  total: number
}

export type SplitName = 'train' | 'validation' | 'test'

/** Means over a split in evaluation mode. */
export interface Evaluation {
  loss: number
  /** Share of labels with the largest logit; of equal logits the lower class counts as larger. */
  accuracy: number
  /** Share of labels with one of the five largest logits. */
  top5Accuracy: number
}

/** The outputs of a network for each image of a split in evaluation mode, and their means. */
export interface Predictions extends Evaluation {
  /** [images][classes], row-major */
  logits: Float32Array
  /** [images] */
  losses: Float64Array
}

/** The output of a network for one batch of training examples, without augmentation and without an update. */
export interface ProbeResult {
  /** [batch][classes], or [batch][context][classes] */
  logits: Float32Array
  loss: number
  /** Gradient of the loss with respect to each trained parameter, in forward order; empty in evaluation mode. */
  gradients: NamedTensor[]
}

/** The parts of a model that hold a NaN or an infinity. */
export interface NotFinite {
  /** Parameters and buffers, in forward order. */
  tensors: string[]
  /**
   * The first layer whose output for the given images is not finite; absent if there is none or if a tensor is not
   * finite.
   */
  output?: string
}

/** The outcome of an EpochRequest. */
export interface EpochResult {
  /**
   * 'interrupted': stop() was called. 'diverged': the loss of the step after `steps` is not finite, or that step made a
   * parameter or a running statistic NaN or infinite.
   */
  status: 'finished' | 'interrupted' | 'diverged'
  /** Number of steps made, without one that diverged. */
  steps: number
  /** [steps]: mean loss of each batch in training mode, before its update; followed by that of a step that diverged. */
  losses: Float64Array
  /** Mean loss over the examples of the epoch, in training mode while the weights change (as Keras reports it). */
  loss: number
  accuracy: number
  /** The sums behind the means `loss` and `accuracy`. */
  sums: EpochSums
  records: LayerRecords
  /** Messages for the user, such as why the steps were not captured as a CUDA graph. */
  warnings: string[]
  /** The error of a process that was lost in the step after `steps`, which then ends the epoch; absent if none was. */
  lost?: string
  /** True if a process other than rank 0 called stop(). */
  stoppedByOther?: boolean
  /** Seconds of the sums over processes in the steps, waiting for the slowest process included; absent for one process. */
  exchangeSeconds?: number
}

/** How a process meets those that train with it. */
export interface ProcessGroupSpec {
  /** 0 … size-1 */
  rank: number
  /** The number of processes, at least 2. */
  size: number
  /** Host and port of the TCPStore at which they meet. */
  address: string
  port: number
  /** True if torchrun's agent runs the store; otherwise rank 0 does. */
  storeOfAgent: boolean
  /** Beginning of all keys in the store: other processes that use the same store have another one. */
  prefix: string
  /** Milliseconds after which a process that gives no sign of life, or takes no part in a step, is lost. */
  timeout: number
}

/**
 * Processes that train together. The calls of one object run one after the other, beside those of trainers. All reject with
 * PROCESS_LOST, which names the process, once one has ended or does not answer, and with INTERRUPTED after leave().
 */
export interface NativeProcessGroup {
  /** Waits until all processes are there, five minutes or as long as the timeout. */
  join(): Promise<void>
  set(key: string, value: Uint8Array): Promise<void>
  has(key: string): Promise<boolean>
  forget(key: string): Promise<void>
  /** Returns the value that another process sets, once it has. */
  wait(key: string, rank: number): Promise<Uint8Array>
  /** Ends waiting; returns at once. */
  leave(): void
}

/** The state that determines a training's next steps, besides its weights and buffers. */
export interface TrainingState {
  /**
   * States of the update rule: '<parameter>.0', '<parameter>.1' … for each trained parameter, in forward order. They are followed
   * by the average of the weights and buffers, if there is one: 'average.<tensor>'.
   */
  tensors: NamedTensor[]
  /** Steps of the optimizer so far. */
  steps: number
  /** [units][2]: running mean squares of the rotational control, and the share of their initial value that is left. */
  runningMeans: Float64Array
}

/**
 * A model, its data, its update rule and its rotation monitor on one device. Trainers share the engine's thread, of
 * which a process has one; on a GPU, with the addon's own kernels, each trainer has its own. Calls on one thread run
 * one after the other in the order in which they were made, by any number of callers, worker threads included. A
 * trainer stays in the JavaScript thread that made it.
 */
export interface NativeTrainer {
  /** Device of the trainer: 'cpu' or 'cuda:N'. */
  readonly device: string
  /** Names of the monitored layers in forward order. */
  readonly layerNames: string[]
  /** Number of trainable and fixed parameters, without buffers. */
  readonly parameterCount: number
  /** Trains the steps of a request, which may be a part of an epoch. */
  trainEpoch(request: EpochRequest, onProgress?: (progress: EpochProgress) => void): Promise<EpochResult>
  /**
   * Evaluates a split in evaluation mode; 'train' excludes the images that validate.
   *
   * @param chosen indices of the examples to take instead of all: of the test examples, or else of the training examples
   */
  evaluate(
    split: SplitName,
    batchSize: number,
    chosen?: Int32Array,
    onProgress?: (progress: EvaluationProgress) => void,
  ): Promise<Evaluation>
  /** Evaluates a split of images as `evaluate` does, to the same bits, and returns the outputs of each image. */
  predict(split: SplitName, batchSize: number): Promise<Predictions>
  /**
   * Runs one batch of unaugmented training images without an update; 'train' changes running statistics as a step does.
   */
  probe(indices: Int32Array, mode: 'train' | 'evaluate'): Promise<ProbeResult>
  /**
   * Finds the parts of the model that are no longer finite.
   *
   * @param batch training images that run through the model in training mode if its state is finite, to find the layer
   *   whose output is not; running statistics then change
   */
  notFinite(batch: BatchPlan): Promise<NotFinite>
  /** Measures nanoseconds until each batch is gathered, augmented and normalised: [steps]. */
  timeInput(batches: BatchPlan): Promise<Float64Array>
  /** Copies all parameters and buffers. */
  weights(): Promise<NamedTensor[]>
  /** Overwrites the named parameters and buffers; the initial weights that rotation is measured from do not change. */
  setWeights(tensors: NamedTensor[]): Promise<void>
  /**
   * Exchanges the model's weights and buffers and their average, which evaluations and weights() then see, until the next call.
   *
   * @throws {LayerRotationError} INVALID_CONFIG if nothing was averaged yet
   */
  swapAverage(): Promise<void>
  /** Measures the cosine distance of each layer to its initial weights: [layers]. */
  rotation(): Promise<Float64Array>
  /** Keeps the layers' current weights, or those of `tensors`, under a name that records can ask for. */
  setReference(name: string, tensors?: NamedTensor[]): Promise<void>
  /** Returns the layers' weights that are kept under a name. */
  reference(name: string): Promise<NamedTensor[]>
  /** Copies the training state. */
  trainingState(): Promise<TrainingState>
  /**
   * Overwrites the training state. @throws {LayerRotationError} INVALID_CONFIG, before any change, if it does not fit
   */
  setTrainingState(state: TrainingState): Promise<void>
  /** Makes the weights and the training state of all processes those of rank 0; each must call it. */
  shareState(): Promise<void>
  /**
   * Ends the running epoch or evaluation after its current step; returns at once. Several processes end an epoch after the
   * same step, the next one, and no evaluation.
   */
  stop(): void
  /** Frees the model and its data after pending calls have ended. Idempotent; any later call rejects with DISPOSED. */
  dispose(): void
}

/** Layers without a network: the rotation kernels on given weights and gradients, for tests and measurements. */
export interface NativeLayers {
  /** Measures the cosine distance of each layer to the weights that it was made from: [layers]. */
  rotation(): Promise<Float64Array>
  /** Makes one step of the update rule from one gradient and one rate per layer; returns one record. */
  step(gradients: Float32Array[], rates: Float64Array): Promise<LayerRecords>
  /** Copies the current weights. */
  weights(): Promise<NamedTensor[]>
  /** Overwrites the weights; those that rotation is measured from do not change. */
  setWeights(weights: Float32Array[]): Promise<void>
  /**
   * Measures nanoseconds of each of `repeats` runs: of the monitor, of a step with the last gradients at rate 1e-3, or,
   * over as many numbers, of STREAM's triad on the CPU (a ← b + s·c, 12 bytes per element) or a copy on CUDA devices (8
   * bytes per element). On CUDA devices each is the mean of several runs within one CUDA graph.
   */
  time(kernel: 'monitor' | 'step' | 'triad' | 'copy', repeats: number): Promise<Float64Array>
}

/** A device of this machine. */
export interface NativeDevice {
  /** 'cpu' or 'cuda:N'. */
  name: string
  /** The processor's name if LibTorch knows it. */
  description: string
  /** Memory of a CUDA device in bytes. */
  memory?: number
}

/** The versions and devices of the addon. */
export interface NativeInfo {
  libtorch: {
    /** The version that the addon was built for, such as '2.13.0'. */
    built: string
    /** The version that was loaded. */
    loaded: string
    /** Folder with include/ and lib/. */
    folder: string
    /** True for a CUDA build of LibTorch. */
    cuda: boolean
    /** True if the addon was built with nvcc. */
    cudaKernels: boolean
  }
  devices: NativeDevice[]
  /** CPU threads of an operation by default. */
  threads: number
  /**
   * The CPU's instructions for products of bf16 numbers: AMX's, which are faster than those of fp32; AVX-512's of vectors,
   * which are not; or none. What ONEDNN_MAX_CPU_ISA forbids does not count.
   */
  bf16: 'amx' | 'avx512' | 'none'
}

/** The types of weights in files; each number of them is a double exactly. */
export type StoredType = 'F64' | 'F32' | 'F16' | 'BF16' | 'F8_E4M3' | 'F8_E5M2'

/** The place of a tensor's elements, without gaps and little-endian. */
export interface StoredElements {
  /** Index into the files of the request. */
  file: number
  /** Byte of the file at which they begin. */
  offset: number
  type: StoredType
}

/** A layer with the same elements in the same order in three checkpoints; at the start of a series these are the same tensor. */
export interface StoredLayer {
  elements: number
  weight: StoredElements
  first: StoredElements
  previous: StoredElements
  /** Index of the unit that it is a part of, whose weights are one vector. */
  unit: number
  /** The number of neurons that are measured by themselves, each with as many elements in one stretch; 0 for none. */
  neurons: number
  /** The rows of the matrix whose singular values are measured, each in one stretch; 0 for none. */
  rows: number
}

/** Layers in three checkpoints. */
export interface ComparisonRequest {
  /** Paths, and the bytes that the tensors in each file reach. */
  files: readonly { path: string; size: number }[]
  layers: readonly StoredLayer[]
  /** The number of units: layers, or groups of them. */
  units: number
  /** CPU threads; 0 keeps the default (one per core). */
  threads: number
}

/**
 * The change of the units' weights w since the first checkpoint and since the previous one, whose weights are p: [units].
 * Weights that have no direction to turn from give NaN.
 */
export interface LayerChanges {
  /** ‖w‖ */
  norm: Float64Array
  /** The cosine distance to the first checkpoint, 0 … 2. */
  rotation: Float64Array
  /** The cosine distance to the previous one. */
  rotationFromPrevious: Float64Array
  /** The angle between p and w, 0 … π radians. */
  angle: Float64Array
  /** ⟨w − p, p⟩/‖p‖ */
  radial: Float64Array
  /** The norm of the rest of w − p. */
  tangential: Float64Array
  /** ‖w − p‖/‖p‖ */
  relativeUpdate: Float64Array
  /** The number of elements of w that are NaN or infinite. */
  notFinite: Float64Array
  /**
   * [layers][5]: minimum, quartiles and maximum over the neurons of a layer that have a direction to turn from; NaN if none
   * has.
   */
  neurons: Record<'rotation' | 'angle' | 'norm' | 'relativeUpdate', Float64Array>
  /** [layers]: the largest singular value of w, of w − p and of p; NaN where `rows` is 0. */
  spectralNorm: Float64Array
  spectralChange: Float64Array
  spectralNormOfPrevious: Float64Array
}

/** The functions of the addon itself. */
export interface Addon {
  info(): Promise<NativeInfo>
  /** Sets the bytes of CPU memory beyond which tensors are refused with OUT_OF_MEMORY; without a call there is no limit. */
  limitMemory(bytes: number): Promise<void>
  createProcessGroup(spec: ProcessGroupSpec): Promise<NativeProcessGroup>
  /** @param processes those that train with this one, each of which must make the same trainer */
  createTrainer(spec: TrainerSpec, processes?: NativeProcessGroup): Promise<NativeTrainer>
  createLayers(weights: Float32Array[], options: LayersOptions): Promise<NativeLayers>
  compareCheckpoints(request: ComparisonRequest): Promise<LayerChanges>
  /** Measures how many times as fast a convolution is on the CPU in bf16 as in fp32. @param threads as in TrainerSpec */
  comparePrecisions(threads: number): Promise<number>
}

/** Options of createLayers. */
export interface LayersOptions {
  optimizer: OptimizerConfig
  /** By default gradients are taken as they are. */
  gradientClipping?: GradientClippingConfig | null
  /** Settings of each layer; by default all are trained and controlled, without decay. */
  parameters?: Omit<ParameterSettings, 'name'>[]
  /** Weights per neuron of each layer, for operations by neuron; by default a layer is one neuron. */
  rowSizes?: number[]
  /** Device as in TrainerSpec; by default 'cpu'. */
  device?: string
  /** Use ATen operations instead of the device's own kernels. */
  preferAten: boolean
  /** Use the kernels for CUDA devices on the host, as in TrainerSpec. */
  blockKernels?: boolean
  /** CPU threads as in TrainerSpec. */
  threads: number
}
