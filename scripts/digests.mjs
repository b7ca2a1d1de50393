// Prints a digest for each of a fixed set of small trainings: lines that stay the same as long as the numbers do.
//
//   node scripts/digests.mjs                      of this checkout, which must be built
//   node scripts/digests.mjs ../other-checkout    of another one: `diff` shows what a change did to the bits
//
// Every update rule and control, fp32 and bf16, 1 and 2 threads, with and without an interruption, on the CPU; and single
// steps of each optimizer by all three implementations: the CPU kernels, the block kernels compiled for the CPU, and ATen.
// The bits depend on the processor and on LibTorch, so that a list is compared with one of the same machine alone.

import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './setup/paths.mjs'

const checkout = resolve(process.argv[2] ?? root)
const file = (/** @type {string} */ path) => join(checkout, 'dist', path)
const load = async (/** @type {string} */ path) => /** @type {unknown} */ (await import(pathToFileURL(path).href))
const api = /** @type {typeof import('../src/index.js')} */ (await load(file('index.js')))
const { createLayers } = /** @type {typeof import('../src/native/load.js')} */ (
  await load([file('native/load.js'), file('native.js')].find(existsSync) ?? file('native/load.js'))
)
const { adagrad, adam, adamP, adamW, effectiveSgd, experiment, fixedNorm, larc, lars, layca } = api
const { normalizedSgd, projected, resume, rmsprop, rotational, sgd, sgdAdamMomentum, sgdP, train } = api

/** @type {Record<string, import('../src/index.js').RuleConfig>} */
const rules = {
  sgd: sgd(),
  momentum: sgd({ momentum: 0.9 }),
  nesterov: sgd({ momentum: 0.9, nesterov: true }),
  'PyTorch momentum': sgd({ momentum: 0.9, dampening: 0.5, rateInVelocity: false }),
  sgdAdamMomentum: sgdAdamMomentum(),
  adam: adam(),
  'PyTorch adam': adam({ epsilon: 1e-8, epsilonHat: false }),
  amsgrad: adam({ amsgrad: true }),
  adamW: adamW(),
  rmsprop: rmsprop(),
  adagrad: adagrad({ initialAccumulator: 0.1 }),
  normalizedSgd: normalizedSgd(),
  effectiveSgd: effectiveSgd(),
}

/** @typedef {import('../src/index.js').OptimizerConfig} Optimizer */
/** @type {Record<string, (rule: import('../src/index.js').RuleConfig) => Optimizer>} */
const controls = {
  'no control': (rule) => rule,
  layca: (rule) => layca(rule),
  'layca by neuron': (rule) => layca(rule, { per: 'neuron' }),
  fixedNorm: (rule) => fixedNorm(rule, { per: 'neuron' }),
  rotational: (rule) => rotational(rule),
  projected: (rule) => projected(rule),
  lars: (rule) => lars(rule),
  larc: (rule) => larc(rule),
}

const digest = (/** @type {NodeJS.ArrayBufferView[]} */ parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex').slice(0, 16)
}
const print = (/** @type {string} */ name, /** @type {NodeJS.ArrayBufferView[]} */ parts) =>
  console.log(`${digest(parts)}  ${name}`)

await singleSteps()
await trainings()

/** Five steps of each optimizer on two layers, by each implementation. */
async function singleSteps() {
  const sizes = [12 * 1031, 4 * 9]
  const rowSizes = [1031, 9]
  const values = (/** @type {number} */ seed) => sizes.map((size, layer) => pseudoRandom(size, 10 * seed + layer))
  /** @type {Record<string, object>} */
  const implementations = {
    cpu: { preferAten: false },
    block: { preferAten: false, blockKernels: true },
    ATen: { preferAten: true },
  }
  const settings = { trained: true, controlled: true, rateFactor: 0.5, decay: 1e-3, decoupledDecay: 1e-2 }
  const parameters = [settings, { ...settings, decay: 0 }]
  for (const [implementation, options] of Object.entries(implementations)) {
    for (const [rule, optimizer] of optimizers()) {
      const common = { ...options, optimizer, parameters, rowSizes, threads: 1 }
      const layers = await createLayers(
        values(0),
        /** @type {import('../src/native/contract.js').LayersOptions} */ (common),
      )
      /** @type {NodeJS.ArrayBufferView[]} */
      const results = []
      for (let step = 1; step <= 5; step++) {
        const records = /** @type {Record<string, any>} */ (
          await layers.step(values(step), Float64Array.of(0.1 / step, 0.01))
        )
        results.push(records.rotation, records.angle, records.radial)
        // Older checkouts have other names for these.
        results.push(records.gradient_norm ?? records.gradientNorm, records.effective_rate ?? records.effectiveRate)
      }
      for (const { data } of await layers.weights()) results.push(data)
      print(`five steps, ${implementation}, ${rule}`, results)
    }
  }
}

/** @returns {Generator<[name: string, Optimizer]>} */
function* optimizers() {
  for (const [rule, config] of Object.entries(rules)) {
    for (const [control, controlled] of Object.entries(controls)) yield [`${rule}, ${control}`, controlled(config)]
  }
  yield ['sgdP', sgdP({ nesterov: true })]
  yield ['adamP', adamP()]
}

/** Whole trainings with every layer type: weights and records at the end. */
async function trainings() {
  const folder = mkdtempSync(join(tmpdir(), 'digests-'))
  try {
    let number = 0
    for (const precision of /** @type {const} */ (['fp32', 'bf16'])) {
      for (const threads of [1, 2]) {
        for (const [name, optimizer] of optimizers()) {
          const config = small(optimizer, precision, threads)
          const whole = join(folder, `whole${++number}`)
          await train(config, { folder: whole })
          print(`training, ${precision}, ${threads} threads, ${name}`, outcome(whole))
          if (threads === 2) continue
          const interrupted = join(folder, `interrupted${number}`)
          await trainInTwoParts(config, interrupted)
          print(`resumed training, ${precision}, ${threads} threads, ${name}`, outcome(interrupted))
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {Optimizer} optimizer
 * @param {'fp32' | 'bf16'} precision
 * @param {number} threads
 */
function small(optimizer, precision, threads) {
  const { averagePool, batchNorm, conv, dense, dropout, flatten, gelu, groupNorm } = api
  const { cosine, decoupledWeightDecay, globalAveragePool, layerNorm, leakyRelu, maxPool, network, relu, residual } =
    api
  const { synthetic, warmup, weightDecay } = api
  return experiment({
    name: 'digest',
    data: synthetic({ shape: [3, 12, 12], classes: 4, train: 48, test: 16 }),
    model: network({
      layers: [
        conv({ name: 'conv0', filters: 8, kernel: 3, padding: 'same', bias: false }),
        batchNorm({ name: 'norm0' }),
        relu({ name: 'relu0' }),
        residual({
          name: 'block',
          layers: [
            conv({ name: 'block.conv', filters: 8, kernel: 3, padding: 'same' }),
            groupNorm({ name: 'block.norm', groups: 2 }),
            leakyRelu({ name: 'block.relu', slope: 0.1 }),
          ],
          shortcut: [conv({ name: 'block.shortcut', filters: 8, kernel: 1 })],
        }),
        maxPool({ name: 'pool0', size: 2 }),
        conv({ name: 'conv1', filters: 16, kernel: 3, stride: 2, groups: 2, padding: 'same' }),
        averagePool({ name: 'pool1', size: 2, stride: 1, padding: 'same' }),
        gelu({ name: 'gelu1' }),
        dropout({ name: 'dropout1', rate: 0.2 }),
        globalAveragePool({ name: 'pool2' }),
        flatten({ name: 'flatten' }),
        layerNorm({ name: 'norm2' }),
        dense({ name: 'dense0', units: 8 }),
        batchNorm({ name: 'norm3' }),
        relu({ name: 'relu3' }),
        dense({ name: 'dense1', units: 4 }),
      ],
    }),
    augmentation: { shift: 2, flip: true },
    optimizer,
    regularization: regularization(optimizer),
    learningRate: warmup(cosine(0.05), { epochs: 0.5 }),
    epochs: 2,
    batchSize: 20,
    precision,
    threads,
    device: 'cpu',
    record: { steps: 1, neurons: true, references: ['lastEpoch'] },
  })

  /**
   * adamW has a weight decay of its own; decoupled decay meets the decay ratio of projected.
   * @param {Optimizer} optimizer
   */
  function regularization(optimizer) {
    const rule = 'rule' in optimizer ? optimizer.rule : optimizer
    if (rule.type === 'adamW') return null
    return optimizer.type === 'projected' ? decoupledWeightDecay(1e-2) : weightDecay(1e-3)
  }
}

/**
 * Interrupts a training after its first epoch and resumes it.
 * @param {import('../src/index.js').ExperimentConfig} config
 * @param {string} folder
 */
async function trainInTwoParts(config, folder) {
  const controller = new AbortController()
  const stopAfterFirst = () => controller.abort()
  try {
    await train(config, { folder, signal: controller.signal, onEpochEnd: stopAfterFirst })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'INTERRUPTED')) throw error
  }
  await resume(folder)
}

/** @param {string} folder of a run */
function outcome(folder) {
  return [
    tensorData(readFileSync(join(folder, 'checkpoints', 'last', 'model.safetensors'))),
    Buffer.from(withoutLoss(readFileSync(join(folder, 'layers.csv'), 'utf8'))),
    readFileSync(join(folder, 'rotation.csv')),
  ]
}

/**
 * The lines of layers.csv without the loss, a column that older checkouts lack.
 * @param {string} csv
 */
function withoutLoss(csv) {
  const lines = csv.split('\n').map((line) => line.split(','))
  const loss = lines[0]?.indexOf('loss')
  return lines.map((cells) => cells.filter((_, column) => column !== loss).join(',')).join('\n')
}

/**
 * The numbers of a safetensors file: its header, whose length stands in the first 8 bytes, may change without them.
 * @param {Buffer} file
 */
function tensorData(file) {
  return file.subarray(8 + Number(file.readBigUInt64LE()))
}

/**
 * @param {number} size
 * @param {number} seed
 */
function pseudoRandom(size, seed) {
  const result = new Float32Array(size)
  let state = seed + 1
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    result[i] = state / 2 ** 32 - 0.5
  }
  return result
}
