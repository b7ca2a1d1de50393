import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cifar10 } from '../../src/data/cifar/cifar10.js'
import { loadData } from '../../src/data/load-data.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Unpacks the real CIFAR-10 images, where they lie beside the repository, into the layout of the official files. */
const unpack = fileURLToPath(new URL('../../../shared/datasets/unpack.mjs', import.meta.url))

test('the real CIFAR-10 images have the known counts, means and deviations', async ({ skip }) => {
  if (!existsSync(unpack)) return skip(`${unpack} is not there`)
  if (spawnSync('dwebp', ['-version']).error) return skip('dwebp (Debian package webp) is not installed')
  const folder = temporaryFolder()
  expect(spawnSync(process.execPath, [unpack, folder]).status).toBe(0)

  const { train, test, mean, deviation } = await loadData(cifar10({ folder }), 1)
  const counts = (labels: Int32Array) =>
    Array.from({ length: 10 }, (_, label) => labels.filter((l) => l === label).length)
  expect(counts(train.labels)).toEqual(Array<number>(10).fill(5000))
  expect(counts(test.labels)).toEqual(Array<number>(10).fill(1000))
  // The paper's two numbers, and the channels' as PyTorch users know them: (0.4914, 0.4822, 0.4465), (0.247, 0.2435, 0.2616).
  expect(mean[0]).toBeCloseTo(120.7076, 4)
  expect(deviation[0]).toBeCloseTo(64.1501, 4)
  const channel = await loadData(cifar10({ folder }), 1, 'channel')
  expect([...channel.mean].map((value) => (value / 255).toFixed(4))).toEqual(['0.4914', '0.4822', '0.4465'])
  expect([...channel.deviation].map((value) => (value / 255).toFixed(4))).toEqual(['0.2470', '0.2435', '0.2616'])
})
