import { expect, test } from 'vitest'
import { conv, dense, flatten } from '../../src/model/layers.js'
import type { NativeTrainer, TrainerSpec } from '../../src/native/contract.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { addonMeasures } from '../../src/rotation/measures.js'
import { plainNet, residualNet } from '../native/support/networks.js'
import { endless, trainEpoch } from '../native/support/small-trainer.js'
import { device, isCuda, onDevice } from './device.js'
import { differenceByChange, differing, images, imagesTrainer, repeatableNet, trainEpochs } from './trainers.js'

const nets = { plainNet, residualNet }
const optimizers = { SGD: sgd({ momentum: 0.9 }), Layca: layca(sgd()), Adam: adam() }
const pairs = Object.entries(nets).flatMap(([net, model]) =>
  Object.entries(optimizers).map(([name, optimizer]) => [net, name, model, optimizer] as const),
)

onDevice('a training', () => {
  test.each(pairs)('of %s with %s is that of the CPU', async (_net, name, model, optimizer) => {
    const rate = name === 'Adam' ? 1e-4 : 1e-3
    const cpu = await imagesTrainer(model, { optimizer, device: 'cpu' })
    const initial = await cpu.weights()
    const gpu = await imagesTrainer(model, { optimizer, weights: initial })
    const [expected, found] = [await trainEpochs(cpu, 2, { rate }), await trainEpochs(gpu, 2, { rate })]
    for (const [epoch, { losses }] of expected.entries()) {
      for (const [step, loss] of losses.entries()) expect(found[epoch]!.losses[step]).toBeCloseTo(loss, 4)
      expect(found[epoch]!.accuracy).toBeCloseTo(expected[epoch]!.accuracy, 1)
    }
    expect(differenceByChange(await gpu.weights(), await cpu.weights(), initial)).toBeLessThan(0.01)
    const [there, here] = [await cpu.evaluate('test', 4), await gpu.evaluate('test', 4)]
    expect(here.loss).toBeCloseTo(there.loss, 3)
    const rotations = [await gpu.rotation(), await cpu.rotation()]
    for (const [layer, rotation] of rotations[1]!.entries()) {
      expect(Math.abs(rotations[0]![layer]! / rotation - 1), `layer ${layer}`).toBeLessThan(0.01)
    }
  })

  test('sees what RandAugment, erased boxes and mixtures make of images on the CPU', async () => {
    const augmentation = { shift: 2, flip: true, randAugment: { operations: 3, magnitude: 15 } }
    const places = Array.from({ length: images }, (_, i) => i)
    const boxes = (side: number) => Int32Array.from(places.flatMap((i) => [i % 3, (i % 3) + side, 1, 4]))
    const mixing = {
      partners: Int32Array.from(places, (i) => (7 * i + 3) % images),
      shares: Float64Array.of(0.3, 1, 0.8, 0.5),
      boxes: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 2, 6, 0, 0, 0, 0),
      erased: boxes(3),
    }
    const cpu = await imagesTrainer(residualNet, { device: 'cpu', augmentation })
    const gpu = await imagesTrainer(residualNet, { augmentation, weights: await cpu.weights() })
    for (const changes of [{}, { erased: boxes(2) }, { erased: boxes(2), mixing }]) {
      const [expected, found] = [await trainEpochs(cpu, 2, changes), await trainEpochs(gpu, 2, changes)]
      for (const [epoch, { losses }] of expected.entries()) {
        for (const [step, loss] of losses.entries()) expect(found[epoch]!.losses[step]).toBeCloseTo(loss, 4)
      }
    }
  })

  test('starts from the weights that the CPU draws from the same seed', async () => {
    const [cpu, gpu] = [await imagesTrainer(residualNet, { device: 'cpu' }), await imagesTrainer(residualNet)]
    expect(differing(await gpu.weights(), await cpu.weights())).toEqual([])
  })

  test('gives the same bits again, epoch by epoch', async () => {
    const trainers = [await imagesTrainer(residualNet), await imagesTrainer(residualNet)]
    const [first, second] = [await trainEpochs(trainers[0]!, 4), await trainEpochs(trainers[1]!, 4)]
    expect(second).toEqual(first)
    expect(differing(await trainers[1]!.weights(), await trainers[0]!.weights())).toEqual([])
  })

  test('records the same at some steps as at all of them', async () => {
    const steps = Int32Array.of(1, 3)
    const [all, some] = [await imagesTrainer(repeatableNet), await imagesTrainer(repeatableNet)]
    const [whole] = await trainEpochs(all, 1)
    const [part] = await trainEpochs(some, 1, { recorded: false, record: { steps } })
    const layers = all.layerNames.length
    expect(part!.records.steps).toEqual(steps)
    for (const name of addonMeasures) {
      const rows = [...steps].flatMap((step) => [...whole!.records[name].subarray(step * layers, (step + 1) * layers)])
      expect([...part!.records[name]], name).toEqual(rows)
    }
    expect(differing(await some.weights(), await all.weights())).toEqual([])
  })

  test('stops within an epoch, and continues', async () => {
    const trainer = await imagesTrainer(plainNet)
    const { status, steps } = await trainEpoch(trainer, endless, () => trainer.stop())
    expect(status).toBe('interrupted')
    expect(steps).toBeGreaterThan(0)
    expect(steps).toBeLessThan(endless.order.length)
    const [after] = await trainEpochs(trainer, 1)
    expect(after!.status).toBe('finished')
  })
})

type Precision = TrainerSpec['precision']

/** Returns a trainer after five epochs from a seed. */
async function trained([seed, precision]: readonly [number, Precision]): Promise<NativeTrainer> {
  const trainer = await imagesTrainer(residualNet, { seed, precision, optimizer: layca(sgd({ momentum: 0.9 })) })
  await trainEpochs(trainer, 5)
  return trainer
}

async function comeOutTheSame(trainings: (readonly [number, Precision])[]): Promise<void> {
  const alone: NativeTrainer[] = []
  for (const one of trainings) alone.push(await trained(one))
  const together = await Promise.all(trainings.map(trained))
  for (const [i, trainer] of together.entries()) {
    expect(differing(await trainer.weights(), await alone[i]!.weights())).toEqual([])
  }
}

onDevice('trainers at once come out the same as one after the other', () => {
  test('of one precision', () =>
    comeOutTheSame([
      [1, 'fp32'],
      [2, 'fp32'],
      [3, 'fp32'],
    ]))

  test('of several precisions', () =>
    comeOutTheSame([
      [1, 'fp32'],
      [2, isCuda ? 'tf32' : 'bf16'],
      [3, 'bf16'],
      [4, 'fp32'],
    ]))

  test.skipIf(!isCuda)('more than there are streams', () =>
    comeOutTheSame(Array.from({ length: 20 }, (_, seed) => [seed, 'bf16'] as const)),
  )
})

onDevice('out of memory', () => {
  test.skipIf(!isCuda)('says what was asked for and what is free, and the trainer continues', async () => {
    const layers = [
      conv({ name: 'conv0', filters: 256, kernel: 3, padding: 'same', bias: false }),
      flatten({ name: 'flatten' }),
      dense({ name: 'dense0', units: 4 }),
    ]
    const trainer = await imagesTrainer({ inputShape: [3, 32, 32], layers }, { device })
    // Activations of a terabyte.
    const huge = trainEpoch(trainer, { order: new Int32Array(1_000_000), batchSize: 1_000_000 })
    await expect(huge).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringMatching(/[KMGT]i?B.*free/is) as string,
    })
    const [after] = await trainEpochs(trainer, 1)
    expect(after!.status).toBe('finished')
    for (const loss of after!.losses) expect(loss).toBeGreaterThan(0)
  })
})
