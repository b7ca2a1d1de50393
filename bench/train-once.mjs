// node bench/train-once.mjs CONFIG.json FOLDER: runs one training in a separate process, without a display.
import { readFileSync } from 'node:fs'
import { experiment, train } from 'layer-rotation'

const [configFile = '', folder = ''] = process.argv.slice(2)
const input = /** @type {import('layer-rotation').ExperimentInput} */ (JSON.parse(readFileSync(configFile, 'utf8')))
await train(experiment(input), { folder })
