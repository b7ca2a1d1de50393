import { createHash } from 'node:crypto'
import { LayerRotationError } from '../../errors.js'
import { openRun } from '../../run/open-run.js'
import type { ReplayConfig } from '../../schedule/replay.js'
import { mean } from '../../rotation/mean.js'
import type { RateSource } from './rate-source.js'

/**
 * Rates that replay the angles that another run recorded: their tangents.
 *
 * @param layers names in forward order
 * @throws {LayerRotationError} INVALID_CONFIG for a run of other layers or of fewer recorded steps; MISSING_FILE,
 *   INVALID_FILE for a folder that is not a run
 */
export async function replayedRates(
  { run: folder }: ReplayConfig,
  layers: readonly string[],
  epochs: number,
  stepsPerEpoch: number,
): Promise<RateSource> {
  const run = await openRun(folder)
  requireLayers(folder, run.rotation.layers, layers)
  const { steps, angles } = await readAngles(folder, run)
  requireSteps(folder, steps, epochs * stepsPerEpoch)
  const rates = angles.map(Math.tan)
  const checksum = createHash('sha256').update(rates).digest('hex')
  const at = (step: number) => rates.subarray(step * layers.length, (step + 1) * layers.length)
  return {
    stretches: () => [stepsPerEpoch],
    rates: (epoch) => {
      const first = epoch * stepsPerEpoch * layers.length
      return Promise.resolve(rates.slice(first, first + stepsPerEpoch * layers.length))
    },
    nominalRate: (epoch, step) => mean(at(epoch * stepsPerEpoch + step)),
    state: () => checksum,
    restore: (state) => {
      if (state === checksum) return
      const message = `learningRate.run: ${folder} has changed since this run started: its angles are different; expected the folder as it was then`
      throw new LayerRotationError('INVALID_FILE', message)
    },
  }
}

async function readAngles(folder: string, run: Awaited<ReturnType<typeof openRun>>) {
  const table = await run.steps(['angle'])
  if (table.steps.length > 0) return { steps: table.steps, angles: table.column('angle') }
  const message = `learningRate.run: ${folder} has no recorded steps; expected a run with record.steps=1`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

function requireLayers(folder: string, found: readonly string[], expected: readonly string[]): void {
  const index = expected.findIndex((name, i) => name !== found[i])
  if (index === -1 && found.length === expected.length) return
  const place = index === -1 ? expected.length : index
  const theirs = found[place] === undefined ? 'none' : JSON.stringify(found[place])
  const ours = expected[place] === undefined ? 'none' : JSON.stringify(expected[place])
  const message = `learningRate.run: ${folder} has ${found.length} layers, of which the ${ordinal(place)} is ${theirs}; expected the ${expected.length} of this model, there ${ours}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** Requires the records of every step from the first to the last that is needed. */
function requireSteps(folder: string, steps: Int32Array, needed: number): void {
  const gap = steps.findIndex((step, i) => step !== i + 1)
  const recorded = gap === -1 ? steps.length : gap
  if (recorded >= needed) return
  const known = gap === -1 ? `${recorded} steps` : `steps 1 to ${recorded}, and then step ${steps[gap]!}`
  const message = `learningRate.run: ${folder} recorded ${known}; expected each of the ${needed} steps of this run (record.steps=1)`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

const ordinal = (index: number): string => {
  const number = index + 1
  const suffix =
    ['th', 'st', 'nd', 'rd'][number % 100 > 10 && number % 100 < 14 ? 0 : Math.min(number % 10, 4) % 4] ?? 'th'
  return `${number}${suffix}`
}
