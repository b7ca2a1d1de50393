import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countNodes } from '../../../scripts/cuda-standin/nodes.mjs'

/** The most nodes of a step of each network: a change that adds launches has to raise them. */
const most = { resnet32: 224, resnet110: 718, wideResnet28x10: 195, vgg16: 116, vgg25: 168 }

test.each(Object.entries(most))('a step of %s has at most %i nodes', async (network, limit) => {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-nodes-'))
  try {
    const { all, own, cuDNN, cuBLAS } = await countNodes({
      env: process.env,
      journal: join(folder, 'journal'),
      network,
    })
    expect(all).toBeLessThanOrEqual(limit)
    // A whole step was counted.
    expect(own).toBeGreaterThan(5)
    expect(cuDNN! + cuBLAS!).toBeGreaterThan(30)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
