import type { Run } from '../run/open-run.js'
import { targetOf } from '../schedule/rotate-to.js'
import { rotationValue } from './rotation-axis.js'

/**
 * The distinct curves that `rotateTo` drives the layers of a run along; empty for another schedule.
 *
 * @param rows indices of the epochs in the run's rotation table
 * @param layers by default all of the run
 */
export function targetLines(
  { config, rotation }: Run,
  rows: readonly number[],
  layers: readonly string[] = rotation.layers,
): { epoch: number; rotation: number }[][] {
  const learningRate = config?.learningRate
  if (learningRate?.type !== 'rotateTo') return []
  const lines = layers.map((layer) => {
    const target = targetOf(learningRate, layer)
    return rows.map((row) => {
      const epoch = rotation.epochs[row]!
      return { epoch, rotation: rotationValue(target(epoch)) }
    })
  })
  return [...new Map(lines.map((line) => [JSON.stringify(line), line])).values()]
}
