// node bench/training-once.mjs CONFIG.json SECONDS: prints the times of our training steps and input pipeline, as JSON.
import { readFileSync } from 'node:fs'
import { experiment } from 'layer-rotation'
import { blockTimes } from './block-times.mjs'
import { trainSteps } from './train-steps.mjs'

const [configFile = '', seconds = ''] = process.argv.slice(2)
const input = /** @type {import('layer-rotation').ExperimentInput} */ (JSON.parse(readFileSync(configFile, 'utf8')))
const { trainer, request, run } = await trainSteps(experiment(input))

const stepNs = await blockTimes(run, Number(seconds))
const inputNs = (await trainer.timeInput(request(200))).subarray(20)
console.log(JSON.stringify({ stepNs, inputNs: [...inputNs] }))
trainer.dispose()
