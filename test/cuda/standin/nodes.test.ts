import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countNodes } from '../../../scripts/cuda-standin/nodes.mjs'

/** The most nodes of a step of each network: a change that adds launches has to raise them. */
const most = { resnet32: 220, resnet110: 714, wideResnet28x10: 193, vgg16: 114, vgg25: 166 }

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
