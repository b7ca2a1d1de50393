import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'

const once = fileURLToPath(new URL('python_once.py', import.meta.url))

/** Interval of the measured steps, layer_rotation.py's default. */
const every = 10

/** @typedef {'steps' | 'measure' | 'copy' | 'measureWithAngles'} Part */
/** @typedef {{ parameters: number } & Record<Part, number[]>} Times in nanoseconds */

/**
 * Times what layer_rotation.py adds to a training in PyTorch.
 * @param {{ seconds: number, threads: number }} options seconds of training for each network
 */
export async function bench({ seconds, threads }) {
  const args = ['-W', 'ignore', once, String(threads), String(seconds)]
  const { stdout } = await runMeasured(await baselinePython(), args, { cwd: baselineParent })
  const samples = /** @type {Record<string, Times>} */ (JSON.parse(stdout))
  const networks = Object.fromEntries(Object.entries(samples).map(([name, times]) => [name, costs(times)]))
  const rows = Object.entries(networks).map(([name, { parameters, step, measure, share, shareWithAngles }]) => [
    `${name}, ${(parameters / 1e6).toFixed(1)} M`,
    spread(step, 0),
    spread(measure, 1),
    `${(100 * share).toFixed(2)} %`,
    `${(100 * shareWithAngles).toFixed(2)} %`,
  ])
  const header = ['median (quartiles)', 'training step, ms', 'measuring, ms', `every ${every}th step`, 'with angles']
  console.log('\n' + table([header, ...rows]))
  console.log('\nat most 1 % of the training is wanted')
  const measured = { threads, seconds, every, networks }
  console.log('\n' + writeResult('python', measured, { libtorch: (await info()).libtorch.loaded }))
}

/** @param {Times} times */
function costs({ parameters, ...times }) {
  const ms = (/** @type {Part} */ part) => summarize(times[part].map((ns) => ns / 1e6))
  const [step, measure, copy, measureWithAngles] = [ms('steps'), ms('measure'), ms('copy'), ms('measureWithAngles')]
  const share = measure.median / every / step.median
  const shareWithAngles = (copy.median + measureWithAngles.median) / every / step.median
  return { parameters, step, measure, copy, measureWithAngles, share, shareWithAngles }
}
