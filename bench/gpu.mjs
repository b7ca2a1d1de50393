import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { configOf, layerSizes } from './gpu-networks.mjs'
import { targetsOf } from './gpu-targets.mjs'
import { gpuDriver } from './machine.mjs'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { table } from './table.mjs'

/**
 * @typedef {import('./gpu-networks.mjs').Name} Name
 * @typedef {Record<string, any>} Measurement what a program printed, or { notMeasured: why }
 */

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))

/** What the training step is measured on, and against which of torch.compile's modes. */
const trainings = /** @type {const} */ ([
  ['resnet32', 'reduce-overhead'],
  ['wideResnet28x10', 'max-autotune'],
  ['resnet110', 'reduce-overhead'],
  ['vgg16', 'max-autotune'],
])

/** The paper's C10-CNN1, and its ResNet for CIFAR-100. */
const wholeRuns = /** @type {const} */ (['vgg25', 'resnet32'])

/** Seconds of measured steps in each process; as many blocks as fit, at least three. */
const stepSeconds = 2

/**
 * Kernels, training steps and whole runs on a GPU, ours and PyTorch's one after the other, the most telling first, until the
 * time is over. Each measurement is saved when it is done. Without a GPU the same programs run on the CPU with tiny
 * networks, which shows that they work and measures nothing.
 * @param {{ seconds: number, output?: string | undefined }} options
 */
export async function bench({ seconds, output }) {
  const end = performance.now() + 1000 * seconds
  const { devices, libtorch } = await info()
  const gpu = devices[1] ?? null
  const device = gpu ? 'cuda' : 'cpu'
  const isGpu = gpu !== null
  const python = await baselinePython()
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  /** @type {Record<string, Measurement>} */
  const measurements = {}
  let saved = ''
  const save = () => {
    const targets = targetsOf(measurements, isGpu)
    const about = { gpu: gpu && { ...gpu, driver: gpuDriver() }, isGpu, seconds, targets, measurements }
    saved = writeResult(
      'gpu',
      about,
      { libtorch: libtorch.loaded },
      { ...(output && { folder: output }), tag: gpu?.description ?? 'no GPU' },
    )
    return targets
  }
  // The cache of torch.compile outlives a process: what was compiled before is loaded by the one that measures.
  const caches = { TORCHINDUCTOR_FX_GRAPH_CACHE: '1', TORCHINDUCTOR_AUTOGRAD_CACHE: '1' }
  const env = { ...process.env, ...caches, TORCHINDUCTOR_CACHE_DIR: join(folder, 'inductor') }

  /**
   * @param {string} name
   * @param {string} program
   * @param {(string | number)[]} args
   * @param {number} longest seconds
   */
  const measure = async (name, program, args, longest) => {
    const left = (end - performance.now()) / 1000
    if (left < 10) {
      measurements[name] = { notMeasured: 'no time was left' }
    } else {
      const options = { cwd: baselineParent, env, timeout: Math.round(1000 * Math.min(longest, left)) }
      measurements[name] = await runMeasured(program, args.map(String), options).then(
        ({ stdout }) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''),
        (error) => ({ notMeasured: error.message.slice(-2000) }),
      )
    }
    const { notMeasured } = measurements[name] ?? {}
    console.log(
      `${((end - performance.now()) / 1000).toFixed(0).padStart(5)} s left  ${name}${notMeasured ? `: ${lastLine(notMeasured)}` : ''}`,
    )
    save()
  }
  /**
   * @param {string} name
   * @param {string} script
   * @param {(string | number)[]} args
   * @param {number} longest
   */
  const ours = (name, script, args, longest) => measure(name, process.execPath, [file(script), ...args], longest)
  /** @type {typeof ours} */
  const pytorch = (name, script, args, longest) => measure(name, python, [file(script), ...args], longest)
  const configFile = (/** @type {Name} */ name) => {
    const path = join(folder, `${name}.json`)
    writeFileSync(path, JSON.stringify(configOf(name, { isGpu, rule: 'sgd' })))
    return path
  }
  const training = (/** @type {Name} */ name, /** @type {string} */ mode, /** @type {number} */ longest) =>
    pytorch(`pytorch ${name} ${mode}`, 'gpu_training_pytorch.py', [configFile(name), mode, stepSeconds], longest)

  /**
   * torch.compile takes minutes and one core: all at once, without measuring, then the programs that measure find it done.
   * @param {(string | number)[][]} programs
   */
  const compileAhead = async (programs) => {
    const left = (end - performance.now()) / 1000
    if (left < 60) return
    const options = { cwd: baselineParent, env, timeout: Math.round(1000 * Math.min(300, 0.6 * left)) }
    await Promise.allSettled(programs.map((args) => runMeasured(python, args.map(String), options)))
    console.log(`${((end - performance.now()) / 1000).toFixed(0).padStart(5)} s left  compiled`)
  }

  try {
    const wide = layerSizes('wideResnet28x10', isGpu)
    for (const name of /** @type {const} */ (['wideResnet28x10', 'resnet32', 'resnet110'])) {
      await ours(`kernels ${name}`, 'gpu-kernels-once.mjs', [device, name], 60)
    }
    await pytorch('pytorch kernels', 'gpu_kernels_pytorch.py', [device, 'eager', ...wide], 120)
    for (const [name] of trainings) {
      await ours(`training ${name}`, 'gpu-training-once.mjs', [device, name, stepSeconds], 120)
      await training(name, 'eager', 120)
    }
    const share = (end - performance.now()) / 1000 / 6
    for (const name of wholeRuns)
      await ours(`run ${name}`, 'gpu-run-once.mjs', [device, name, Math.floor(share)], 2 * share + 60)
    const layca = [device, 'compiled', ...wide]
    await compileAhead([
      ...trainings.map(([name, mode]) => [file('gpu_training_pytorch.py'), configFile(name), mode, 0]),
      [file('gpu_kernels_pytorch.py'), ...layca],
    ])
    for (const [name, mode] of trainings) await training(name, mode, 300)
    await pytorch('pytorch compiled Layca', 'gpu_kernels_pytorch.py', layca, 150)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const rows = save().map(({ name, wanted, measured, met }) => [name, wanted, measured, verdict(met)])
  console.log('\n' + (isGpu ? gpu.description : 'No GPU was found: nothing was measured.'))
  console.log('\n' + table([['', 'wanted', 'measured', ''], ...rows]))
  console.log('\n' + saved)
}

/** @param {string} text */
const lastLine = (text) => text.trimEnd().split('\n').at(-1)

/** @param {boolean | null} met */
const verdict = (met) => (met === null ? 'not measured' : met ? 'met' : 'missed')
