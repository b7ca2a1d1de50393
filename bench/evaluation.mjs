import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'
import { withTcmalloc } from './tcmalloc.mjs'
import { takeTurns } from './turns.mjs'
import { chosenNetworks, zooConfig } from './zoo-config.mjs'

const oursOnce = fileURLToPath(new URL('evaluation-once.mjs', import.meta.url))
const pytorchOnce = fileURLToPath(new URL('evaluation_pytorch.py', import.meta.url))

const networks = /** @type {const} */ (['mlp', 'resnet32', 'vgg25'])
const precisions = /** @type {const} */ (['fp32', 'bf16'])
const layouts = /** @type {const} */ (['channelsLast', 'contiguous'])

/** The images of a batch, which are those of the baseline's evaluations, and the batches of the test split. */
const [batchSize, batches] = [1000, 4]

/**
 * Times evaluations of 4,000 images: ours, eager PyTorch and torch.compile with tcmalloc, in turns.
 * @param {{ pairs: number, threads: number, seconds: number, models: string, precision: string }} options
 */
export async function bench({ pairs, threads, seconds, models, precision: wanted }) {
  const python = await baselinePython()
  const compiling = withTcmalloc()
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  const results = []
  try {
    for (const name of chosenNetworks(models, networks)) {
      for (const precision of precisions.filter((each) => wanted === '' || each === wanted)) {
        const { data, ...config } = zooConfig(name, precision, { threads, optimizer: 'sgd' })
        const fileOf = (/** @type {string} */ memoryFormat) => {
          const file = join(folder, `${memoryFormat}.json`)
          const test = { ...data, train: batchSize, test: batches * batchSize }
          writeFileSync(file, JSON.stringify({ ...config, data: test, batchSize, memoryFormat }))
          return file
        }
        const measure = async (
          /** @type {string} */ program,
          /** @type {string[]} */ args,
          /** @type {NodeJS.ProcessEnv} */ env = process.env,
        ) => {
          const { stdout } = await runMeasured(program, args, { cwd: baselineParent, env })
          const { evaluationNs } = /** @type {{ evaluationNs: number[] }} */ (JSON.parse(stdout))
          return evaluationNs.map((ns) => (batches * batchSize * 1e9) / ns)
        }
        const compiled = (/** @type {string} */ layout) =>
          measure(python, [pytorchOnce, fileOf(layout), 'compiled', String(seconds)], compiling)
        const [channelsLast, contiguous] = layouts
        const samples = await takeTurns(
          pairs,
          {
            ours: () => measure(process.execPath, [oursOnce, fileOf(channelsLast), String(seconds), String(batchSize)]),
            eager: () => measure(python, [pytorchOnce, fileOf(channelsLast), 'eager', String(seconds)]),
            channelsLast: () => compiled(channelsLast),
            contiguous: () => compiled(contiguous),
          },
          () => {},
          { warmUp: false },
        )
        const rates = (/** @type {keyof typeof samples} */ turn) => summarize(samples[turn].flat())
        const [ours, eager, ...both] = [rates('ours'), rates('eager'), rates('channelsLast'), rates('contiguous')]
        const best = both.reduce((a, b) => (b.median > a.median ? b : a))
        results.push({ name, precision, imagesPerSecond: { ours, eager, compiled: best }, samples })
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const rows = results.map(({ name, precision, imagesPerSecond: { ours, eager, compiled } }) => [
    `${name} ${precision}`,
    spread(ours, 0),
    spread(eager, 0),
    (ours.median / eager.median).toFixed(2),
    spread(compiled, 0),
    (ours.median / compiled.median).toFixed(2),
  ])
  console.log(table([['images/s', 'ours', 'eager', 'ratio', 'compiled', 'ratio'], ...rows]))
  const { libtorch } = await info()
  const measured = { pairs, threads, seconds, batchSize, batches, results }
  console.log('\n' + writeResult('evaluation', measured, { libtorch: libtorch.loaded }))
}
