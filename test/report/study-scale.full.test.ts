import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cifar10 } from '../../src/data/cifar/cifar10.js'
import { resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { recordedStudy } from '../study/recorded-study.js'
import { smallBase } from '../study/small-base.js'

const program = `
import { openStudy, writeStudyReport, writeStudyTables } from '${new URL('../../dist/index.js', import.meta.url).href}'
const study = await openStudy(process.argv[1])
await writeStudyTables(study)
await writeStudyReport(study)
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
console.log(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, bytes: maxRSS * 1024 }))`

test.each([
  ['perceptrons', smallBase],
  ['ResNet-32s', { ...smallBase, data: cifar10(), model: resnet32({ classes: 10 }) }],
])(
  '500 runs of %s report within 30 s of computing and 1 GB',
  async (_, base) => {
    const folder = await recordedStudy(
      {
        name: 'scale',
        base: { ...base, epochs: 100 },
        axes: {
          'learningRate.initial': Array.from({ length: 10 }, (_, i) => 3 ** (-i / 2)),
          batchSize: [10, 20, 30, 40, 50],
          seed: Array.from({ length: 10 }, (_, i) => i),
        },
      },
      (_, i) => ({ testAccuracy: 0.5 + i / 1000, rotation: (i % 50) / 50 }),
    )
    const args = ['--input-type=module', '--eval', program, folder]
    const out = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    })
    const { seconds, bytes } = JSON.parse(out) as { seconds: number; bytes: number }
    expect(seconds).toBeLessThan(30)
    expect(bytes).toBeLessThan(1e9)
  },
  300_000,
)
