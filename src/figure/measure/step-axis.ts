import { decades } from '../decades.js'

/**
 * The horizontal channel over the steps of checkpoints, or over their places if no step is known. Checkpoints that are saved ever
 * less often, such as at 1, 2, 4 … 1,000, 2,000 …, get a logarithmic axis: on a linear one most of them would lie on its left end.
 *
 * @param steps ascending, at least one
 */
export function stepAxis(steps: readonly number[], hasSteps: boolean) {
  const [first, last] = [steps[0]!, steps.at(-1)!]
  const title = hasSteps ? 'step' : 'checkpoint'
  const axis = { title, tickCount: 8, tickMinStep: 1, format: ',d' }
  const channel = { field: 'step', type: 'quantitative' as const }
  if (first === last) return { ...channel, scale: { domain: [first - 1, first + 1], nice: false }, axis }
  if (!isThinning(steps)) return { ...channel, scale: { domain: [first, last], nice: false }, axis }
  const least = steps.find((step) => step > 0)!
  const ticks = decades([least, last])
  const scale =
    first === 0
      ? { type: 'symlog' as const, constant: least, domain: [0, last] }
      : { type: 'log' as const, domain: [first, last] }
  const values = first === 0 ? [0, ...ticks] : ticks
  return { ...channel, scale: { ...scale, nice: false }, axis: { title, values, format: ',d' } }
}

/** Tells whether checkpoints crowd in the first hundredth of the steps, where equal distances would put a hundredth of them. */
function isThinning(steps: readonly number[]): boolean {
  const [first, last] = [steps[0]!, steps.at(-1)!]
  const early = steps.filter((step) => step - first <= (last - first) / 100)
  return early.length >= 4 && early.length > steps.length / 20
}
