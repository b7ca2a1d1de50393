import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import {
  constant,
  evaluate,
  experiment,
  exported,
  predict,
  sgd,
  tokens,
  train,
  writeEvaluation,
} from '../../src/index.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A GPT of 29 ids in windows of 12. */
const file = fileURLToPath(new URL('../model/exported/gpt.pt2', import.meta.url))

test('an exported network for tokens has the loss and accuracy of the last epoch, and no classes', async () => {
  const folder = temporaryFolder()
  const text = join(folder, 'text.bin')
  writeFileSync(
    text,
    Uint8Array.from({ length: 600 }, (_, i) => (i * i) % 29),
  )
  const config = experiment({
    name: 'tokens',
    data: tokens({ file: text, test: 0.2, context: 12, vocabulary: 29, elements: 'uint8' }),
    model: exported({ file }),
    optimizer: sgd(),
    validation: { share: 0.25 },
    learningRate: constant(0.1),
    epochs: 2,
    batchSize: 8,
    device: 'cpu',
    threads: 1,
  })
  const run = await train(config, { folder: join(folder, 'run') })
  const last = run.metrics.at(-1)!
  const tested = await evaluate(run.folder)
  expect(tested).toMatchObject({ loss: last.testLoss, accuracy: last.testAccuracy, classes: 29, predictions: null })
  const validated = await evaluate(run.folder, { split: 'validation' })
  expect([validated.loss, validated.top5Accuracy]).toEqual([last.valLoss, last.valTop5Accuracy])
  await writeEvaluation(tested, join(folder, 'scores'))
  expect(await failure(() => predict(run.folder, new Uint8Array(12)))).toContain('takes images')
})
