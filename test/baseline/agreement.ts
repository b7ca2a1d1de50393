import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { experiment, loadWeights, openRun, saveWeights, train } from '../../src/index.js'
import type { ExperimentConfig, ExperimentInput, Run, Weights } from '../../src/index.js'
import type { NamedTensor, NativeTrainer } from '../../src/native/contract.js'
import { prepare } from '../../src/train/prepare.js'
import { pytorch } from '../support/pytorch/pytorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** The same experiment, trained by both from the same initial weights, in a folder that lasts as long as the test. */
export async function trainBoth(input: ExperimentInput): Promise<{ ours: Run; theirs: Run }> {
  const folder = temporaryFolder()
  const ours = await train(experiment(input), { folder: join(folder, 'ours') })
  await pytorch('baseline.__main__', [ours.folder, '--out', join(folder, 'theirs')])
  return { ours, theirs: await openRun(join(folder, 'theirs')) }
}

/** The results of one batch without an update: see baseline/probe.py, whose names these are. */
export type Probe = Map<string, { shape: number[]; data: Float32Array }>

interface Probes {
  ours: Probe
  theirs: Probe
  /** The same batch in PyTorch in double precision. */
  exact: () => Promise<Probe>
}

/**
 * One batch of the first `count` training images through both from the same weights.
 *
 * @param margin the least of a relu's or a max pooling's margins (baseline/probe.py): with a smaller one, seeds are tried
 *   until one has it
 */
export async function probeBoth(
  input: ExperimentInput,
  { count, margin = 0 }: { count: number; margin?: number },
): Promise<Probes> {
  const folder = temporaryFolder()
  for (let seed = 1; seed <= 50; seed++) {
    const result = await probeSeed(experiment({ ...input, seed }), count, margin, folder)
    if (result) return result
  }
  throw new Error(`no seed has a margin of ${margin}`)
}

async function probeSeed(
  config: ExperimentConfig,
  count: number,
  margin: number,
  folder: string,
): Promise<Probes | null> {
  const { trainer } = await prepare(config)
  const file = (name: string) => join(folder, name)
  const [configFile, initial, out] = [file('config.json'), file('initial.safetensors'), file('probe.safetensors')]
  const inPytorch = async (...options: string[]): Promise<Probe> => {
    const args = [configFile, '--initial', initial, '--out', out, '--batch', String(count), ...options]
    await pytorch('baseline.probe', args)
    return loadWeights(out)
  }
  try {
    await writeFile(configFile, JSON.stringify(config))
    await saveWeights(initial, byName(await trainer.weights()))
    const theirs = await inPytorch()
    const found = theirs.get('margin')!.data[0]!
    theirs.delete('margin')
    return found >= margin ? { ours: await probe(trainer, count), theirs, exact: () => inPytorch('--double') } : null
  } finally {
    trainer.dispose()
  }
}

async function probe(trainer: NativeTrainer, count: number): Promise<Probe> {
  const indices = Int32Array.from({ length: count }, (_, i) => i)
  const evaluation = await trainer.probe(indices, 'evaluate')
  const { logits, loss, gradients } = await trainer.probe(indices, 'train')
  const shape = [count, logits.length / count]
  return new Map([
    ['evaluation.logits', { shape, data: evaluation.logits }],
    ['logits', { shape, data: logits }],
    ['loss', { shape: [1], data: Float32Array.of(loss) }],
    ...byName(gradients, 'gradient.'),
    ...byName(await trainer.weights(), 'state.'),
  ])
}

const byName = (tensors: readonly NamedTensor[], prefix = ''): Weights =>
  new Map(tensors.map(({ name, shape, data }) => [prefix + name, { shape, data }]))

/**
 * The same tensors, each within `tolerance` of its scale in Euclidean norm. The scale of a parameter (or its gradient) is
 * the norm of all parameters of its layer, since the bias before a batch norm has no gradient but rounding errors; that of
 * any other tensor is its own norm.
 */
export function expectSameTensors(theirs: Weights, ours: Weights, tolerance: number): void {
  const differences = relativeDifferences(theirs, ours)
  const wrong = [...differences].filter(([, difference]) => !(difference <= tolerance))
  expect(Object.fromEntries(wrong), `not within ${tolerance}`).toEqual({})
}

/**
 * Expects the same as expectSameTensors, except that rounding errors over millions of numbers may add up to more. Ours
 * are then as close to the values of double precision as PyTorch's: at most twice as far.
 */
export async function expectSameUpToRounding({ theirs, ours, exact }: Probes, tolerance: number): Promise<void> {
  const wrong = [...relativeDifferences(theirs, ours)].filter(([, difference]) => !(difference <= tolerance))
  if (wrong.length === 0) return
  const precise = new Map([...(await exact())].filter(([name]) => ours.has(name)))
  const [ourErrors, theirErrors] = [relativeDifferences(precise, ours), relativeDifferences(precise, theirs)]
  const worse = wrong.flatMap(([name]) => {
    const [our, their] = [ourErrors.get(name)!, theirErrors.get(name)!]
    return our <= Math.max(tolerance, 2 * their) ? [] : [`${name}: off by ${our}, PyTorch's by ${their}`]
  })
  expect(worse).toEqual([])
}

export function relativeDifferences(theirs: Weights, ours: Weights): Map<string, number> {
  expect(shapesOf(theirs)).toEqual(shapesOf(ours))
  const squares = new Map<string, number>()
  for (const [name, { data }] of ours) squares.set(layerOf(name), (squares.get(layerOf(name)) ?? 0) + square(data))
  return new Map(
    [...ours].map(([name, { data }]) => {
      const other = theirs.get(name)!.data
      const difference = square(data.map((value, i) => value - other[i]!))
      return [name, difference === 0 ? 0 : Math.sqrt(difference / squares.get(layerOf(name))!)]
    }),
  )
}

const shapesOf = (tensors: Weights) => Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))

/** Running statistics and what belongs to no layer stand for themselves. */
const layerOf = (name: string): string =>
  /\.(weight|bias)$/.test(name) ? name.slice(0, name.lastIndexOf('.')) : `${name}, alone`

const square = (values: Float32Array): number => values.reduce((sum, value) => sum + value ** 2, 0)

/** Rotation of every layer after every epoch, and the rows of metrics.csv. */
export function expectSameCurves(theirs: Run, ours: Run): void {
  expect(theirs.rotation.layers).toEqual(ours.rotation.layers)
  for (const layer of ours.rotation.layers) {
    const found = theirs.rotation.layer(layer)
    const expected = ours.rotation.layer(layer)
    expect(found).toHaveLength(expected.length)
    for (const [epoch, rotation] of expected.entries()) {
      expect(Math.abs(found[epoch]! - rotation), `${layer} after ${epoch} epochs`).toBeLessThanOrEqual(
        1e-6 + 1e-4 * rotation,
      )
    }
  }
  expect(theirs.metrics).toHaveLength(ours.metrics.length)
  for (const [epoch, row] of ours.metrics.entries()) {
    for (const [key, value] of Object.entries<unknown>({ ...row })) {
      // The baseline measures neither speed nor memory, and times differ.
      if (['seconds', 'examplesPerSecond', 'peakMemory', 'custom'].includes(key)) continue
      const found = theirs.metrics[epoch]![key as keyof typeof row]
      const place = `${key} of epoch ${epoch}`
      if (value === null) expect(found, place).toBeNull()
      else if (key === 'epoch' || key === 'learningRate') expect(found, place).toBe(value)
      else expect(found, place).toBeCloseTo(value as number, key.endsWith('Accuracy') ? 2 : 4)
    }
  }
}
