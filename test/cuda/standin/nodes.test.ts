import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countNodes } from '../../../scripts/cuda-standin/nodes.mjs'
import type { ZooName } from '../../../src/model/zoo/zoo.js'

/** The most nodes of a step of each network: a change that adds launches has to raise them. */
const most: Record<ZooName, number> = {
  vgg25: 161,
  resnet32: 218,
  tinyCnn: 81,
  vggTorchBlog: 97,
  wideResnet28x10: 191,
  resnet110: 712,
  mlp: 14,
  resnet18: 131,
  resnet34: 223,
  resnet50: 326,
  vgg11: 65,
  vgg13: 79,
  vgg16: 94,
  vgg19: 109,
}

test.each(Object.entries(most))('a step of %s has at most %i nodes', async (network, limit) => {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-nodes-'))
  try {
    const { all, own, cuDNN, cuBLAS, memset } = await countNodes({
      env: process.env,
      journal: join(folder, 'journal'),
      network,
    })
    expect(all).toBeLessThanOrEqual(limit)
    expect(memset).toBe(0)
    // A whole step was counted.
    expect(own).toBeGreaterThan(5)
    // The mlp has a product of each of its two layers forward, and three backward.
    expect(cuDNN! + cuBLAS!).toBeGreaterThanOrEqual(5)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
