import type { Split } from '../data/split.js'
import type { LossConfig } from '../loss/loss.js'
import type { LayerSpec } from '../model/layers.js'
import type { OptimizerConfig } from '../optimizer/optimizer.js'

/** How one parameter is trained. */
export interface ParameterSettings {
  /** As in the model's state: 'conv0.weight', 'bn0.bias'. */
  name: string
  trained: boolean
  /** By the optimizer's control, such as Layca; only a layer's weight can be. */
  controlled: boolean
  /** Times the learning rate of the parameter's layer; biases and normalisation belong to the layer before them. */
  rateFactor: number
  /** c of the gradient g + c·w that the rule sees. */
  decay: number
  /** c of w <- w - rate·c·w beside the rule's step. */
  decoupledDecay: number
}

export interface TrainerSpec {
  /** 'auto' (CUDA where there is one, else the CPU), 'cpu', 'cuda' or 'cuda:N'. */
  device: string
  /** CPU threads that LibTorch takes for this trainer's work; 0 leaves its default (one a core). */
  threads: number
  /** Seeds the initial weights and the dropout masks. */
  seed: number
  /** Shape of one example, without the batch dimension. */
  inputShape: readonly number[]
  classes: number
  layers: readonly LayerSpec[]
  optimizer: OptimizerConfig
  /**
   * Of activations, convolutions and dense products; weights, normalisation and loss are fp32. 'tf32' is fp32 whose
   * products round their factors to TF32: CUDA devices only, else DEVICE_UNAVAILABLE.
   */
  precision: 'fp32' | 'tf32' | 'bf16'
  memoryFormat: 'channelsLast' | 'contiguous'
  /** On CUDA devices: cuDNN measures its deterministic algorithms and takes the fastest, not always the same ones; default false. */
  cudnnBenchmark?: boolean
  loss: LossConfig
  /** One for each tensor that training may change: kernels, biases, scale and shift of normalisations. */
  parameters: readonly ParameterSettings[]
  /** Largest shift in pixels, and whether half of the images are mirrored; in training only. */
  augmentation: { shift: number; flip: boolean }
  /** Initial weights, all of them, in place of those drawn from the seed; buffers may be missing. */
  weights?: NamedTensor[]
  /** Take ATen operations in place of this package's kernels for data, loss and update: for tests. */
  preferAten?: boolean
  /** On the CPU: take the kernels for CUDA devices, compiled for the host: for tests. */
  blockKernels?: boolean
  /** On CUDA devices: capture the steps as CUDA graphs, the default, or launch their operations one by one. */
  cudaGraph?: boolean
  /**
   * Where block kernels update a bf16 model: keep bf16 copies of the weights for its products, the default, or cast the
   * weights in every step; to the same bits.
   */
  shadowWeights?: boolean
  data: {
    /** [1] or [channels]: pixels enter the network as (pixel - mean) / deviation. */
    mean: Float64Array
    deviation: Float64Array
    train: Split
    /** Indices into train of the images that validate; may be empty. */
    validation: Int32Array
    test: Split
  }
}

/** One weight or buffer of a model, in forward order, named as in PyTorch's `state_dict`. */
export interface NamedTensor {
  name: string
  shape: number[]
  data: Float32Array
}

/** Which training images are seen, in which batches, and how they are augmented. */
export interface BatchPlan {
  /** Indices into the training split in the order in which they are visited. */
  order: Int32Array
  /** [steps], each at least 1; their sum is order.length. */
  batchSizes: Int32Array
  /** 0 … 2³²-1; with the index of an image it decides the image's shift and flip. */
  augmentationKey: number
}

export interface EpochRequest extends BatchPlan {
  /** [steps][layers], row-major: the learning rate of each layer at each step. */
  rates: Float64Array
  record: RecordRequest
  /** What the steps of the epoch before these summed up: the result then counts them too, to the same bits. */
  sums?: EpochSums
}

/** What an epoch, or a part of one, summed up. */
export interface EpochSums {
  /** Of the losses of its examples. */
  loss: number
  /** Examples whose label had the largest logit. */
  hits: number
  examples: number
}

/** What is measured of the layers, and after which steps. */
export interface RecordRequest {
  /** Of the epoch, 0-based, ascending. */
  steps: Int32Array
  /** Also the rotation and the angle of each neuron, as quartiles. */
  neurons: boolean
  /** Names given to setReference: also the rotation from there. */
  references: readonly string[]
}

/** What was measured after some steps; a quantity is [records][layers], row-major. */
export interface LayerRecords {
  /** [records]: those of the steps asked for that were made, 0-based in the epoch. */
  steps: Int32Array
  /** Cosine distance to the initial weights, 0 … 2. */
  rotation: Float64Array
  /** Between the weights before and after the step, in radians. */
  angle: Float64Array
  /** Euclidean norm of the weights after the step. */
  norm: Float64Array
  /** Of the loss's gradient, without weight decay; NaN of a layer that is not trained. */
  gradientNorm: Float64Array
  /** The step's length along the weights before it, signed: ⟨Δ, w⟩ / |w|. */
  radial: Float64Array
  /** The length of the step's part that is orthogonal to them. */
  tangential: Float64Array
  /** Learning rate / |w|², with the norm before the step (arXiv 1706.05350). */
  effectiveRate: Float64Array
  /** Cosine distance to each reference that was asked for. */
  references: Record<string, Float64Array>
  /** [records][layers][5]: minimum, quartiles and maximum over the rows or output channels of a layer's weight. */
  neurons?: {
    /** Cosine distance to the neuron's initial weights. */
    rotation: Float64Array
    /** Of the step, in radians. */
    angle: Float64Array
  }
}

/** What the epoch is doing, at most every 100 ms. */
export interface EpochProgress {
  /** Steps done in this epoch, of `steps`. */
  step: number
  steps: number
  /** Means over the examples seen in this epoch so far. */
  loss: number
  accuracy: number
}

/** Means over a split in evaluation mode. */
export interface Evaluation {
  loss: number
  /** The share of images whose label has the largest logit; of equal logits that of the lower class counts as larger. */
  accuracy: number
  /** The share of images whose label has one of the five largest. */
  top5Accuracy: number
}

/** What a network makes of one batch of training images, without augmentation and without an update. */
export interface ProbeResult {
  /** [batch][classes] */
  logits: Float32Array
  loss: number
  /** Of the loss by each parameter that is trained, in forward order; empty in evaluation mode. */
  gradients: NamedTensor[]
}

/** What of a model holds a NaN or an infinity. */
export interface NotFinite {
  /** Parameters and buffers, in forward order. */
  tensors: string[]
  /** Where there is none: the first layer whose output for the given images does, if any. */
  output?: string
}

export interface EpochResult {
  /**
   * 'interrupted': stop() was called; 'diverged': the loss of the step after `steps` is not finite, or that step made a
   * parameter or a running statistic NaN or infinite.
   */
  status: 'finished' | 'interrupted' | 'diverged'
  /** Made, without one that diverged. */
  steps: number
  /** [steps]: mean loss of each batch, in training mode, before its update; behind them that of a step that diverged. */
  losses: Float64Array
  /** Means over the examples of the epoch, in training mode while the weights move (as Keras reports them). */
  loss: number
  accuracy: number
  /** What loss and accuracy are the means of. */
  sums: EpochSums
  records: LayerRecords
  /** What the user should know of how the epoch ran, such as why its steps were not captured as a CUDA graph. */
  warnings: string[]
}

/** What decides a training's next steps besides its weights and buffers. */
export interface TrainingState {
  /** Of the update rule: '<parameter>.0', '<parameter>.1' … for each parameter that is trained, in forward order. */
  tensors: NamedTensor[]
  /** That the optimizer made. */
  steps: number
  /** [units][2]: the running mean squares of the rotational control, and how much of their beginning is left in them. */
  runningMeans: Float64Array
}

/**
 * A model, its data, its update rule and its rotation monitor, on one device. Trainers share the engine's thread, of which a
 * process has one; on a GPU, with the addon's own kernels, each has one to itself. Calls on one thread, of any number of
 * callers, also in worker threads, run one after the other in the order in which they were made. A trainer stays in the
 * JavaScript thread that made it.
 */
export interface NativeTrainer {
  /** The device it was placed on: 'cpu' or 'cuda:N'. */
  readonly device: string
  /** Monitored layers in forward order. */
  readonly layerNames: string[]
  /** Trainable and fixed parameters, without buffers. */
  readonly parameterCount: number
  trainEpoch(request: EpochRequest, onProgress?: (progress: EpochProgress) => void): Promise<EpochResult>
  /** 'train' is without the images that validate. */
  evaluate(split: 'train' | 'validation' | 'test', batchSize: number): Promise<Evaluation>
  /** One batch of training images as they are, without an update; 'train' moves running statistics as a step does. */
  probe(indices: Int32Array, mode: 'train' | 'evaluate'): Promise<ProbeResult>
  /**
   * What of the model is no longer finite. @param batch training images that enter the model in training mode, where its
   * state is finite, to find the layer that makes more of them than a number holds; running statistics then move
   */
  notFinite(batch: BatchPlan): Promise<NotFinite>
  /** [steps]: nanoseconds until a network could begin with each batch, gathered, augmented and normalised. */
  timeInput(batches: BatchPlan): Promise<Float64Array>
  /** All parameters and buffers, copied. */
  weights(): Promise<NamedTensor[]>
  /** Overwrites the named parameters and buffers; the initial weights that rotation refers to stay as they are. */
  setWeights(tensors: NamedTensor[]): Promise<void>
  /** [layers]: cosine distance of each layer to its initial weights. */
  rotation(): Promise<Float64Array>
  /** Keeps the layers' current weights, or those of `tensors`, under a name that records can ask for. */
  setReference(name: string, tensors?: NamedTensor[]): Promise<void>
  /** The layers' weights that are kept under a name. */
  reference(name: string): Promise<NamedTensor[]>
  trainingState(): Promise<TrainingState>
  /** @throws {LayerRotationError} INVALID_CONFIG, having changed nothing, where it is not one of this trainer */
  setTrainingState(state: TrainingState): Promise<void>
  /** Ends the running epoch or evaluation after its current step; returns at once. */
  stop(): void
  /** Frees the model and its data; pending calls end first. Idempotent; any later call rejects with DISPOSED. */
  dispose(): void
}

/** Layers without a network: the rotation kernels on weights and gradients of your own, for tests and measurements. */
export interface NativeLayers {
  /** [layers]: cosine distance of each layer to the weights that it was made from. */
  rotation(): Promise<Float64Array>
  /** One step of the update rule from one gradient a layer, at one rate a layer: one record. */
  step(gradients: Float32Array[], rates: Float64Array): Promise<LayerRecords>
  /** The current weights, copied. */
  weights(): Promise<NamedTensor[]>
  /** Overwrites the weights; those that rotation refers to stay as they are. */
  setWeights(weights: Float32Array[]): Promise<void>
  /**
   * Nanoseconds of each of `repeats` runs: the monitor, a step with the last gradients at rate 1e-3, and over as many
   * numbers on the CPU STREAM's triad (a ← b + s·c, 12 bytes an element), on CUDA devices a copy (8 bytes an element).
   * On CUDA devices each is the mean of several runs within one CUDA graph.
   */
  time(kernel: 'monitor' | 'step' | 'triad' | 'copy', repeats: number): Promise<Float64Array>
}

export interface NativeDevice {
  /** 'cpu' or 'cuda:N'. */
  name: string
  /** The processor's name where LibTorch tells it. */
  description: string
  /** Bytes of memory of a CUDA device. */
  memory?: number
}

export interface NativeInfo {
  libtorch: {
    /** The version that the addon was built for, such as '2.13.0'. */
    built: string
    /** The version that was loaded. */
    loaded: string
    /** Holds include/ and lib/. */
    folder: string
    /** LibTorch is a CUDA build. */
    cuda: boolean
    /** nvcc was there when the addon was built against it. */
    cudaKernels: boolean
  }
  devices: NativeDevice[]
  /** CPU threads that an operation takes where none are set. */
  threads: number
}

/** The functions of the addon itself. */
export interface Addon {
  info(): Promise<NativeInfo>
  createTrainer(spec: TrainerSpec): Promise<NativeTrainer>
  createLayers(weights: Float32Array[], options: LayersOptions): Promise<NativeLayers>
}

export interface LayersOptions {
  optimizer: OptimizerConfig
  /** One element a layer; by default all are trained and controlled, without decay. */
  parameters?: Omit<ParameterSettings, 'name'>[]
  /** Weights of a neuron, one number a layer, for what is done by neuron; by default a layer is one neuron. */
  rowSizes?: number[]
  /** As in TrainerSpec; by default 'cpu'. */
  device?: string
  /** Take ATen operations in place of the device's own kernels. */
  preferAten: boolean
  /** As in TrainerSpec. */
  blockKernels?: boolean
  /** As in TrainerSpec. */
  threads: number
}
