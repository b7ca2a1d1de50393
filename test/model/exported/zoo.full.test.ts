import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { baselinePython } from '../../../baseline/python.mjs'
import { exported, withPrograms } from '../../../src/model/exported/exported.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { allParameters, smallTrainer, trainEpoch } from '../../native/support/small-trainer.js'
import { needsPyTorch, pytorch } from '../../support/pytorch/pytorch.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

needsPyTorch()

const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-zoo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The folder of torchvision and timm; undefined where pip does not serve them. */
let packages: string | undefined

beforeAll(async () => {
  const python = await baselinePython()
  const pip = (...words: string[]) =>
    execFileSync(python, ['-m', 'pip', '--retries', '0', 'install', '-q', '--target', folder, ...words], {
      stdio: 'ignore',
    })
  try {
    pip('--no-deps', 'torchvision', 'timm')
    pip('numpy', 'pillow', 'pyyaml', 'safetensors', 'huggingface_hub')
    packages = folder
  } catch {
    console.log('torchvision and timm cannot be installed here: their networks are not tested')
  }
}, 300_000)

const [steps, batch] = [20, 16]

interface Eager {
  losses: number[]
  evaluation: number
}

const distance = (a: number, b: number) => Math.abs(a - b) / Math.abs(b)

test.each<[string, number, number]>([
  ['torchvision.resnet18', 64, 1e-5],
  ['torchvision.vgg11_bn', 32, 1e-5],
  ['torchvision.mobilenet_v3_small', 64, 1e-4],
  ['torchvision.densenet121', 64, 1e-5],
  ['torchvision.shufflenet_v2_x0_5', 64, 1e-5],
  ['efficientnet_b0', 64, 1e-4],
  ['regnety_002', 64, 1e-4],
  ['convnext_atto', 64, 1e-4],
  ['vit_tiny_patch16_224', 64, 1e-4],
  ['swin_tiny_patch4_window7_224', 56, 1e-4],
  ['mixer_s16_224', 64, 1e-4],
])(
  '%s trains as in eager PyTorch, to its rounding',
  async (name, size, rate) => {
    if (packages === undefined) return
    const [file, pixels] = [join(temporaryFolder(), 'net.pt2'), join(temporaryFolder(), 'pixels')]
    const program = 'test/model/exported/zoo_nets.py'
    const [eager, contiguous] = (await pytorch(program, packages, name, size, file, pixels, steps, batch, rate)) as [
      Eager,
      Eager,
    ]
    const { layers } = exported({ file })
    const split = {
      images: new Uint8Array(readFileSync(pixels)),
      labels: Int32Array.from({ length: steps * batch }, (_, i) => i % 10),
    }
    const trainer = await smallTrainer({
      layers: withPrograms(layers),
      inputShape: [3, size, size],
      classes: 10,
      optimizer: sgd({ momentum: 0.9 }),
      parameters: allParameters(layers, [3, size, size]),
      data: { mean: Float64Array.of(127.5), deviation: Float64Array.of(64), train: split, test: split },
    })
    const order = Int32Array.from({ length: steps * batch }, (_, i) => i)
    const { losses } = await trainEpoch(trainer, { order, batchSize: batch, rate })
    // Some of these networks double a difference of rounding in every step; PyTorch's own distance between memory formats shows it.
    let rounding = 0
    for (const [step, loss] of losses.entries()) {
      rounding = Math.max(rounding, distance(contiguous.losses[step]!, eager.losses[step]!))
      expect(distance(loss, eager.losses[step]!), `step ${step}`).toBeLessThan(Math.max(1e-5, 5 * rounding))
    }
    const { loss } = await trainer.evaluate('test', batch)
    const tolerance = Math.max(1e-5, 5 * distance(contiguous.evaluation, eager.evaluation))
    expect(distance(loss, eager.evaluation)).toBeLessThan(tolerance)
  },
  600_000,
)
