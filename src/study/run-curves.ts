import type { Run } from '../run/open-run.js'
import type { RunCurves } from './study-row.js'

/** The most epochs of a curve, which a figure of 400 pixels shows; 500 runs of 300 epochs would fill it with points otherwise. */
const mostEpochs = 200

/** The measurements of a run by epoch, from its tables. */
export type Measurements = Pick<Run, 'initial' | 'metrics' | 'rotation'>

/** The course of a run, at epochs that depend on the number of planned ones alone, so that curves of several runs have means. */
export function runCurves({ initial, metrics, rotation }: Measurements, planned: number): RunCurves {
  const stride = Math.ceil(planned / mostEpochs)
  const isKept = (epoch: number) => epoch === planned || epoch % stride === 0
  const scores = [...(initial ? [initial] : []), ...metrics]
  const tested = new Map(scores.map(({ epoch, testAccuracy }) => [epoch, testAccuracy]))
  const means = rotation.mean()
  const curves: RunCurves = { epochs: [], meanRotation: [], testAccuracy: [] }
  for (const [i, epoch] of rotation.epochs.entries()) {
    if (!isKept(epoch)) continue
    curves.epochs.push(epoch)
    curves.meanRotation.push(Number.isNaN(means[i]!) ? null : means[i]!)
    curves.testAccuracy.push(tested.get(epoch) ?? null)
  }
  return curves
}
