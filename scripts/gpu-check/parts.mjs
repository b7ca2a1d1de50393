import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../setup/paths.mjs'

/** @typedef {import('./host.mjs').Host} Host */

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} program
 * @property {string[]} args
 * @property {'tests' | 'exit code'} verdict whether lines of JSON, one for each test, or the exit code tell the outcome
 * @property {string} [skip] why the check does not run
 * @property {boolean} [shown] whether the report lists the names of its tests, which state the results
 * @property {boolean} [alone] whether the check runs after all others of its part, with the machine to itself
 * @property {NodeJS.ProcessEnv} [env] variables besides those of this process
 */

export const partNames = /** @type {const} */ (['first', 'kernels', 'engine', 'bench'])

/** The shares of the parts in the time that remains after the build. */
export const shares = { first: 2, kernels: 3, engine: 3, bench: 5 }

const runTests = join(root, 'scripts', 'gpu-check', 'run-tests.mjs')

/** The files of test/native that test layers without a network. The others belong to the engine. */
const layerTests = ['layers', 'rotation', 'sgd', 'weight-decay']

/** The files of test/native that test only kernels of the CPU, or building against another LibTorch. */
const cpuTests = ['conv-kernels', 'fused-relu', 'loading']

/**
 * The slowest files, which run last, in this order: every rule against its formula; tens of thousands of steps, with the
 * weights fetched after each; several trainers at a time; thousands of trainers; dozens of processes that load LibTorch.
 */
const longest = [
  'optimizer/formulas.full',
  'optimizer/controls',
  'native/concurrency',
  'native/memory',
  'native/exit',
].map((name) => `test/${name}.test.ts`)
const longestLast = (/** @type {string} */ one, /** @type {string} */ other) =>
  longest.indexOf(one) - longest.indexOf(other)

/** The tests of every kernel at few sizes. compute-sanitizer, which makes them a hundred times slower, watches these alone. */
const watched = 'the monitor|gives the same bits again|ATen operations'

/**
 * The checks of a part, the most telling first in case time runs out.
 * @param {'first' | 'kernels' | 'engine'} part
 * @param {Host} host
 * @returns {Check[]}
 */
export function checksOf(part, host) {
  if (part === 'first') return firstLook(host)
  if (part === 'kernels') {
    return [
      tests('test/cuda/kernels.test.ts'),
      sanitizer('memcheck', host),
      sanitizer('racecheck', host),
      ...layerTests.map((name) => tests(`test/native/${name}.test.ts`)),
      ...testFiles('test/optimizer')
        .sort(longestLast)
        .map((file) => tests(file)),
    ]
  }
  const isOther = (/** @type {string} */ file) =>
    ![...layerTests, ...cpuTests].some((name) => file === `test/native/${name}.test.ts`)
  return [
    ...['graph', 'training', 'networks'].map((name) => tests(`test/cuda/${name}.test.ts`)),
    paperMnist(host),
    ...['test/native', 'test/train', 'test/stopping']
      .flatMap(testFiles)
      .filter(isOther)
      .sort(longestLast)
      .map((file) => tests(file)),
  ]
}

/**
 * Checks of a minute on a GPU: do the kernels compute, does a captured step give the bits of single operations, how fast does
 * one network train?
 * @param {Host} host
 * @returns {Check[]}
 */
function firstLook({ device }) {
  return [
    tests('test/cuda/kernels.test.ts', watched),
    tests('test/cuda/graph.test.ts', 'Net in '),
    {
      name: 'one epoch of resnet32',
      program: process.execPath,
      args: [join(root, 'scripts', 'gpu-check', 'one-epoch.mjs'), device],
      verdict: 'tests',
      shown: true,
      alone: true,
    },
  ]
}

/**
 * @param {string} file
 * @param {string} [pattern] of the names of the tests that run; default: all
 */
const tests = (file, pattern) =>
  /** @type {Check} */ ({
    name: pattern === undefined ? file : `${file}, some`,
    program: process.execPath,
    args: [runTests, join(root, file), ...(pattern === undefined ? [] : [pattern])],
    verdict: 'tests',
  })

/** @param {string} folder */
function testFiles(folder) {
  if (!existsSync(join(root, folder))) return []
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.ts'))
  return names.sort().map((name) => `${folder}/${name}`)
}

/**
 * @param {string} tool
 * @param {Host} host
 * @returns {Check}
 */
function sanitizer(tool, host) {
  const check = /** @type {Check} */ ({
    name: `compute-sanitizer ${tool}`,
    program: 'compute-sanitizer',
    args: [
      // Libraries provoke some errors of CUDA on purpose; these do not count.
      ...['--tool', tool, '--error-exitcode', '99', ...(tool === 'memcheck' ? ['--report-api-errors', 'no'] : [])],
      ...[process.execPath, runTests, join(root, 'test/cuda/kernels.test.ts'), watched],
    ],
    verdict: 'exit code',
    // One allocation for each tensor: within LibTorch's large blocks nothing is out of bounds.
    env: { PYTORCH_NO_CUDA_MEMORY_CACHING: '1' },
  })
  if (host.gpu === null) return { ...check, skip: 'there is no GPU' }
  return host.sanitizer ? check : { ...check, skip: 'compute-sanitizer is not installed' }
}

/**
 * The paper's MNIST experiment, in full size on a GPU; on the CPU two epochs, which show that it runs.
 * @param {Host} host
 * @returns {Check}
 */
function paperMnist({ device }) {
  return {
    name: device === 'cpu' ? 'paper mnist, 2 epochs' : 'paper mnist',
    program: process.execPath,
    args: [join(root, 'scripts', 'gpu-check', 'paper-mnist.mjs'), device, join(tmpdir(), `paper-mnist-${process.pid}`)],
    verdict: 'tests',
    shown: true,
  }
}
