import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { LayerRotationError } from '../errors.js'
import { workingFolder } from '../working-folder.js'
import { memoryLimit } from '../memory.js'
import type {
  Addon,
  ComparisonRequest,
  LayerChanges,
  LayersOptions,
  NativeInfo,
  NativeLayers,
  NativeProcessGroup,
  NativeTrainer,
  ProcessGroupSpec,
  TrainerSpec,
} from './contract.js'
import { hasErrorCode, translated } from './errors.js'

/** Returns versions, devices and threads. @throws {LayerRotationError} ADDON_MISSING, LIBTORCH_MISMATCH */
export function info(): Promise<NativeInfo> {
  return translated(async () => (await loadAddon()).info())
}

/** Prepares to meet other processes. @throws {LayerRotationError} ADDON_MISSING, LIBTORCH_MISMATCH, INVALID_CONFIG */
export function createProcessGroup(spec: ProcessGroupSpec): Promise<NativeProcessGroup> {
  return translated(async () => (await loadAddon()).createProcessGroup(spec))
}

/**
 * Builds a model on its device, with its data.
 *
 * @param processes those that train with this one
 * @throws {LayerRotationError} ADDON_MISSING, LIBTORCH_MISMATCH, DEVICE_UNAVAILABLE, OUT_OF_MEMORY, INVALID_CONFIG;
 *   MISSING_FILE if the working folder has been removed
 */
export async function createTrainer(spec: TrainerSpec, processes?: NativeProcessGroup): Promise<NativeTrainer> {
  workingFolder()
  const trainer = await translated(async () => (await loadAddon()).createTrainer(spec, processes))
  return {
    device: trainer.device,
    layerNames: trainer.layerNames,
    parameterCount: trainer.parameterCount,
    trainEpoch: (request, onProgress) => translated(() => trainer.trainEpoch(request, onProgress)),
    evaluate: (split, batchSize, chosen, onProgress) =>
      translated(() => trainer.evaluate(split, batchSize, chosen, onProgress)),
    predict: (split, batchSize) => translated(() => trainer.predict(split, batchSize)),
    probe: (indices, mode) => translated(() => trainer.probe(indices, mode)),
    notFinite: (batch) => translated(() => trainer.notFinite(batch)),
    timeInput: (batches) => translated(() => trainer.timeInput(batches)),
    weights: () => translated(() => trainer.weights()),
    setWeights: (tensors) => translated(() => trainer.setWeights(tensors)),
    swapAverage: () => translated(() => trainer.swapAverage()),
    rotation: () => translated(() => trainer.rotation()),
    setReference: (name, tensors) => translated(() => trainer.setReference(name, tensors)),
    reference: (name) => translated(() => trainer.reference(name)),
    trainingState: () => translated(() => trainer.trainingState()),
    setTrainingState: (state) => translated(() => trainer.setTrainingState(state)),
    shareState: () => translated(() => trainer.shareState()),
    stop: () => trainer.stop(),
    dispose: () => trainer.dispose(),
  }
}

/**
 * Copies `weights`, one array a layer, to a device.
 *
 * @throws {LayerRotationError} ADDON_MISSING, LIBTORCH_MISMATCH, DEVICE_UNAVAILABLE, OUT_OF_MEMORY, INVALID_CONFIG
 */
export async function createLayers(weights: Float32Array[], options: LayersOptions): Promise<NativeLayers> {
  const layers = await translated(async () => (await loadAddon()).createLayers(weights, options))
  return {
    rotation: () => translated(() => layers.rotation()),
    step: (gradients, rates) => translated(() => layers.step(gradients, rates)),
    weights: () => translated(() => layers.weights()),
    setWeights: (values) => translated(() => layers.setWeights(values)),
    time: (kernel, repeats) => translated(() => layers.time(kernel, repeats)),
  }
}

/**
 * Measures how layers have changed from checkpoint to checkpoint, from the files themselves.
 *
 * @throws {LayerRotationError} ADDON_MISSING, LIBTORCH_MISMATCH, INVALID_CONFIG; READ_FAILED or INVALID_FILE for a file that
 *   cannot be read or changes meanwhile
 */
export function compareCheckpoints(request: ComparisonRequest): Promise<LayerChanges> {
  return translated(async () => (await loadAddon()).compareCheckpoints(request))
}

/**
 * Measures how many times as fast a convolution is on the CPU in bf16 as in fp32.
 *
 * @param threads 0 for LibTorch's default
 * @throws {LayerRotationError} ADDON_MISSING, LIBTORCH_MISMATCH
 */
export function comparePrecisions(threads: number): Promise<number> {
  return translated(async () => (await loadAddon()).comparePrecisions(threads))
}

/** The folder of this package: the parent of src/ and of dist/. */
const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

let addon: Addon | undefined

async function loadAddon(): Promise<Addon> {
  if (addon !== undefined) return addon
  addon = requireAddon(await findAddon())
  await addon.limitMemory(memoryLimit())
  return addon
}

async function findAddon(): Promise<string> {
  const { default: nodeGypBuild } = await import('node-gyp-build')
  try {
    return nodeGypBuild.path(packageFolder)
  } catch (cause) {
    const message = `the native addon is not built (looked in ${packageFolder}build/Release); build it with \`npx layer-rotation build\``
    throw new LayerRotationError('ADDON_MISSING', message, { cause })
  }
}

/** The ends of the loader's messages when the system refuses memory or a thread. */
const lacksResources =
  /Resource temporarily unavailable|Cannot allocate memory|failed to map segment from shared object$/

function requireAddon(file: string): Addon {
  try {
    return createRequire(import.meta.url)(file) as Addon
  } catch (cause) {
    if (hasErrorCode(cause)) throw cause
    const reason = (cause as Error).message
    const advice = lacksResources.test(reason)
      ? 'raise the limits of this process on memory (`ulimit -v`) and on threads (`ulimit -u`)'
      : 'rebuild it with `npx layer-rotation build`'
    const message = `the native addon ${file} cannot be loaded: ${reason}; ${advice}`
    throw new LayerRotationError('ADDON_MISSING', message, { cause })
  }
}
