import { expect, test } from 'vitest'
import { targetsOf, type Measurements } from '../../bench/gpu-targets.mjs'

const measurements: Measurements = {
  'kernels wideResnet28x10': { copyNs: [110, 100, 90], monitorNs: [105], laycaNs: [200] },
  'kernels resnet32': { monitorNs: [7000, 9000, 8001] },
  'pytorch kernels': { copyNs: [95], fusedSgdNs: [100, 200], foreachLaycaNs: [700], matrixFlops: 8e14 },
  'training wideResnet28x10': { sgdNs: [1e7], laycaNs: [1e7], recordedNs: [1.02e7] },
  'pytorch wideResnet28x10 eager': { stepNs: [1.1e7], flops: 4e12 },
  'pytorch wideResnet28x10 max-autotune': { notMeasured: 'no time was left' },
  'run vgg25': { epochs: 100, of: 100, wallSeconds: 60, imagesPerSecond: 83_333 },
  'run resnet32': { epochs: 20, of: 100, wallSeconds: 20, imagesPerSecond: 50_000 },
}
const found = new Map(targetsOf(measurements, true).map(({ name, ...rest }) => [name, rest]))

test.each([
  ['monitor on WRN-28-10, of copy bandwidth', 'at least 90.0 %', '90.5 %', true],
  ['monitor on ResNet-32 in a graph', 'at most 8.0 µs', '8.0 µs', false],
  ['monitoring every step, WRN-28-10, of the step', 'at most 1.0 %', '2.0 %', false],
  ['Layca-SGD to fused SGD, time', 'at most 1.50 times', '1.33 times', true],
  ['Layca-SGD against eager foreach', 'at least 2.50 times', '3.50 times', true],
  ['WRN-28-10, step against eager', 'at least 1.05 times', '1.10 times', true],
  ['WRN-28-10, step against max-autotune', 'at least 0.95 times', '', null],
  // 4 TFLOP in 10 ms are 400 TFLOP/s, of 800.
  ['WRN-28-10, of the bf16 matrix peak', 'at least 40.0 %', '50.0 %', true],
  ['VGG-16, step against eager', 'at least 1.05 times', '', null],
  ['C10-CNN1, 100 epochs', 'reported', '60.0 s, 83333 images/s', true],
  ['ResNet-32, 100 epochs', 'reported', '20.0 s, 50000 images/s (20 of 100 epochs measured)', null],
] as const)('%s: %s, measured %s', (name, wanted, measured, met) => {
  expect(found.get(name)).toEqual({ wanted, measured, met })
})

test('without a GPU nothing is measured', () => {
  for (const target of targetsOf(measurements, false)) expect(target).toMatchObject({ measured: '', met: null })
})
