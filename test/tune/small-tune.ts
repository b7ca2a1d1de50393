import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { experiment, layca, mlp, sgd, steps, synthetic, type Tuning } from '../../src/index.js'
import { smallBase } from '../study/small-base.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A training that takes a few tenths of a second, with four layers. */
const small = experiment({
  ...smallBase,
  name: 'small',
  data: synthetic({ shape: [1, 6, 6], classes: 10, train: 200, test: 20 }),
  validation: null,
  model: mlp({ hidden: [16, 16, 16], batchNorm: true }),
  optimizer: layca(sgd()),
  learningRate: steps(0.1, { at: [36], factor: 0.2 }),
  epochs: 40,
  batchSize: 20,
  checkpoint: { everyEpochs: 1 },
})

/** A folder with the experiment in a file. */
export function folderOfSmall(): string {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'small.json'), JSON.stringify(small))
  return cwd
}

export const words = (...more: string[]) => ['tune', 'small.json', ...more]

export const recordIn = (cwd: string): Tuning =>
  JSON.parse(readFileSync(join(cwd, 'runs', 'small-tune', 'tune.json'), 'utf8')) as Tuning

export const runsIn = (cwd: string): string[] => {
  const folder = join(cwd, 'runs', 'small-tune')
  return existsSync(folder) ? readdirSync(folder).filter((name) => /_[0-9a-f]{10}$/.test(name)) : []
}
