import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { Measurements } from './gpu-measurements.mjs'
import { configOf, layerSizes } from './gpu-networks.mjs'
import { table } from './table.mjs'

/**
 * @typedef {import('./gpu-networks.mjs').Name} Name
 * @typedef {import('./gpu-measurements.mjs').Program} Program
 */

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))

/** The networks of the training steps, each with the mode of torch.compile that it is compared with. */
const trainings = /** @type {const} */ ([
  ['resnet32', 'reduce-overhead'],
  ['resnet110', 'reduce-overhead'],
  ['vgg16', 'max-autotune'],
  ['wideResnet28x10', 'max-autotune'],
])

/** The paper's C10-CNN1, and its ResNet for CIFAR-100. */
const wholeRuns = /** @type {const} */ (['vgg25', 'resnet32'])

/** Seconds of measured steps in each process, which makes as many blocks as fit, at least three. */
const stepSeconds = 2

/**
 * Measures kernels, training steps and whole runs on a GPU, ours and PyTorch's one after the other, the most
 * informative and the quickest first, until the time is over; the next call continues. Without a GPU the same programs
 * run on the CPU with tiny networks, which tests them and measures nothing.
 * @param {{ seconds: number, output?: string | undefined, again: boolean }} options
 */
export async function bench({ seconds, output, again }) {
  const { devices, libtorch } = await info()
  const gpu = devices[1] ?? null
  const scratch = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  try {
    const plan = planOf({ isGpu: gpu !== null, python: await baselinePython(), scratch })
    const measurements = new Measurements({
      gpu,
      libtorch: libtorch.loaded,
      seconds,
      folder: output,
      again,
      env: { ...process.env, ...compilerCache() },
      names: Object.values(plan).flatMap((programs) => programs.map(({ name }) => name)),
    })
    await measureAll(measurements, plan)
    const rows = measurements.targets.map(({ name, wanted, measured, met }) => [name, wanted, measured, verdict(met)])
    console.log('\n' + (gpu?.description ?? 'No GPU was found: nothing was measured.'))
    console.log('\n' + table([['', 'wanted', 'measured', ''], ...rows]))
    console.log('\n' + measurements.file)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * Returns the environment that keeps what torch.compile makes, in minutes a network, for later processes and calls: not
 * beside the results, which are carried elsewhere and stay small.
 */
function compilerCache() {
  const folder = join(baselineParent, 'build', 'inductor')
  mkdirSync(folder, { recursive: true })
  return {
    TORCHINDUCTOR_CACHE_DIR: folder,
    TORCHINDUCTOR_FX_GRAPH_CACHE: '1',
    TORCHINDUCTOR_AUTOGRAD_CACHE: '1',
  }
}

/** @typedef {ReturnType<typeof planOf>} Plan */

/**
 * @param {{ isGpu: boolean, python: string, scratch: string }} options scratch is the folder of the files that the
 *   programs read
 */
function planOf({ isGpu, python, scratch }) {
  const device = isGpu ? 'cuda' : 'cpu'
  const wide = layerSizes('wideResnet28x10', isGpu)
  /** @returns {Program} */
  const ours = (
    /** @type {string} */ name,
    /** @type {string} */ script,
    /** @type {(string | number)[]} */ ...args
  ) => ({
    name,
    program: process.execPath,
    args: [file(script), device, ...args],
    longest: 120,
  })
  /** @returns {Program} */
  const kernels = (/** @type {string} */ name, /** @type {string} */ program) => ({
    name,
    program: python,
    args: [file('gpu_kernels_pytorch.py'), device, program, ...wide],
  })
  /** @returns {Program} */
  const training = (/** @type {Name} */ name, /** @type {string} */ mode) => {
    const config = join(scratch, `${name}.json`)
    writeFileSync(config, JSON.stringify(configOf(name, { isGpu, rule: 'sgd' })))
    return {
      name: `pytorch ${name} ${mode}`,
      program: python,
      args: [file('gpu_training_pytorch.py'), config, mode, stepSeconds],
    }
  }
  const compiled = (/** @type {string} */ wanted) =>
    trainings.flatMap(([name, mode]) => (mode === wanted ? [training(name, mode)] : []))
  return {
    quick: [
      ...['wideResnet28x10', 'resnet32', 'resnet110'].map((name) =>
        ours(`kernels ${name}`, 'gpu-kernels-once.mjs', name),
      ),
      { ...kernels('pytorch kernels', 'eager'), longest: 120 },
      ...trainings.flatMap(([name]) => [
        ours(`training ${name}`, 'gpu-training-once.mjs', name, stepSeconds),
        { ...training(name, 'eager'), longest: 120 },
      ]),
    ],
    compiled: compiled('reduce-overhead'),
    runs: wholeRuns.map((name) => ours(`run ${name}`, 'gpu-run-once.mjs', name)),
    tuned: [kernels('pytorch compiled Layca', 'compiled'), ...compiled('max-autotune')],
  }
}

/**
 * @param {Measurements} measurements
 * @param {Plan} plan
 */
async function measureAll(measurements, { quick, compiled, runs, tuned }) {
  for (const program of quick) await measurements.measure(program)
  // Each program compiles on one core, so they first compile side by side without measuring and then find their code
  // ready.
  const open = compiled.filter(({ name }) => !measurements.has(name))
  await measurements.prepare(open.map((program) => ({ ...program, args: [...program.args.slice(0, -1), 0] })))
  for (const program of compiled) await measurements.measure(program)
  const cut = runs.filter(({ name }) => measurements.isPart(name))
  await measureRuns(
    measurements,
    runs.filter((run) => !cut.includes(run)),
  )
  // Tuning measures on the GPU, and its choices are kept, so one program runs at a time.
  for (const program of tuned) await measurements.measure(program)
  // Runs that an earlier call could not finish come last, so that they do not take the time of everything else.
  await measureRuns(measurements, cut)
}

/**
 * Runs trainings, each with an equal share of the time left.
 * @param {Measurements} measurements
 * @param {Program[]} runs
 */
async function measureRuns(measurements, runs) {
  const open = runs.filter(({ name }) => !measurements.has(name))
  for (const [i, run] of open.entries()) {
    const share = Math.max(10, Math.floor(measurements.left / (open.length - i)) - startSeconds)
    await measurements.measure({ ...run, args: [...run.args, share], longest: share + 2 * startSeconds })
  }
}

/** Seconds for a process to start and to end. */
const startSeconds = 20

/** @param {boolean | null} met */
const verdict = (met) => (met === null ? 'not measured' : met ? 'met' : 'missed')
