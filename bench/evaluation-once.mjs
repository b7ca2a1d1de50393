// node bench/evaluation-once.mjs CONFIG.json SECONDS BATCH: prints the times of our evaluations of the test images, as JSON.
import { readFileSync } from 'node:fs'
import { experiment } from 'layer-rotation'
import { blockTimes } from './block-times.mjs'
import { trainSteps } from './train-steps.mjs'

const [configFile = '', seconds, batch] = process.argv.slice(2)
const input = /** @type {import('layer-rotation').ExperimentInput} */ (JSON.parse(readFileSync(configFile, 'utf8')))
const { trainer } = await trainSteps(experiment(input))

const evaluationNs = await blockTimes(async (evaluations) => {
  for (let i = 0; i < evaluations; i++) await trainer.evaluate('test', Number(batch))
}, Number(seconds))
console.log(JSON.stringify({ evaluationNs }))
trainer.dispose()
