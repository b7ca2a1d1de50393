import { LayerRotationError } from '../errors.js'
import type { Run } from '../run/open-run.js'
import type { Checkpoint } from '../run/layout.js'
import type { FigureSource } from './figure.js'
import { indexedPng, type Palette } from './indexed-png.js'
import { labelExpression } from './label-expression.js'
import { labelRuns } from './run-labels.js'
import { inOrder } from './series.js'
import { layerScheme } from './theme.js'
import { loadVega } from './vega.js'

export interface FeaturesOptions {
  /** The dense layer whose input is the image; by default dense0. */
  layer?: string
  /** Units of the layer, 0-based; by default 5 to 9, as in the paper. */
  neurons?: readonly number[]
}

/** Image pixels for each weight: three CSS pixels, six in the PNG of double size, so no edge falls between two pixels. */
const magnify = 6
const side = 84
/** The most pixels of an image; each becomes a square of `magnify` × `magnify`. */
const mostInputs = 2 ** 16
const cell = 88

/**
 * The figure of the features that single neurons of a dense layer have learned: each neuron's incoming weights as the image
 * that it sees, coloured in viridis from its smallest weight to its largest. The first row shows the initial weights, then
 * there is one row for each run; if the runs started from different weights, each run has a row of initial weights too.
 *
 * @returns undefined if the layer is not the first, if its inputs do not form a square of at most 256 × 256, or if a run has
 *   no saved weights
 *
 * @throws {LayerRotationError} INVALID_FILE for damaged weights
 */
export async function features(
  runs: readonly Run[],
  { layer = 'dense0', neurons = [5, 6, 7, 8, 9] }: FeaturesOptions = {},
): Promise<FigureSource | undefined> {
  const naming = labelRuns(runs)
  const several = runs.length > 1
  const learned: Learned[] = []
  for (const { run, label } of inOrder(runs, naming)) {
    const initial = await weightsOf(run, 'initial', layer)
    const last = await weightsOf(run, 'last', layer)
    if (!initial || !last || neurons.some((neuron) => neuron >= last.units)) return undefined
    learned.push({ label: several ? label : 'learned', initial, last })
  }
  const [first] = learned
  if (!first) return undefined

  const alike = learned.every(({ initial }) => same(initial.data, first.initial.data))
  const rows = alike
    ? [{ label: 'initial', weights: first.initial }, ...learned.map(({ label, last }) => ({ label, weights: last }))]
    : learned.flatMap(({ label, initial, last }) => [
        { label: `${label}, initial`, weights: initial },
        { label, weights: last },
      ])
  const palette = await colours()
  const values = rows.flatMap(({ label, weights }, place) =>
    neurons.map((neuron) => ({
      row: label,
      place,
      neuron: `neuron ${neuron}`,
      image: image(weights, neuron, palette),
    })),
  )
  const what = alike
    ? `the initial weights${several ? ', common to all runs,' : ''} and what became of them`
    : 'at the start and at the end'
  const labelExpr = labelExpression(
    rows.map(({ label }) => label),
    'datum.value',
  )
  const bare = { domain: false, ticks: false, grid: false }
  return {
    name: 'features',
    title: `Incoming weights of ${neurons.length} neurons of ${layer} as images: initial weights and learned features`,
    caption:
      `Incoming weights of ${neurons.length} neurons of ${layer}, each laid out as the image that the neuron sees and ` +
      `coloured from its smallest weight (violet) to its largest (yellow): ${what}.`,
    spec: {
      width: { step: cell },
      height: { step: cell },
      data: { values },
      mark: { type: 'image', width: side, height: side },
      encoding: {
        x: {
          field: 'neuron',
          type: 'ordinal',
          sort: null,
          scale: { padding: 0 },
          axis: { ...bare, orient: 'top', title: null, labelAngle: 0, labelPadding: 2 },
        },
        y: {
          field: 'place',
          type: 'ordinal',
          scale: { padding: 0 },
          axis: { ...bare, title: several ? naming.title : null, labelExpr },
        },
        url: { field: 'image', type: 'nominal' },
      },
    },
  }
}

/** A run's weights before and after training. */
interface Learned {
  label: string
  initial: LayerWeights
  last: LayerWeights
}

/** The weights of a layer, [units][inputs], row-major. */
interface LayerWeights {
  units: number
  inputs: number
  data: Float32Array
}

/** The weights of the first layer if it is dense and its input is a square image; otherwise undefined. */
async function weightsOf(run: Run, checkpoint: Checkpoint, layer: string): Promise<LayerWeights | undefined> {
  if (run.rotation.layers[0] !== layer) return undefined
  try {
    const weight = (await run.weights(checkpoint, [`${layer}.weight`])).get(`${layer}.weight`)
    const [units, inputs, ...more] = weight?.shape ?? []
    if (!weight || units === undefined || inputs === undefined || more.length > 0) return undefined
    return Number.isInteger(Math.sqrt(inputs)) && inputs <= mostInputs
      ? { units, inputs, data: weight.data }
      : undefined
  } catch (error) {
    // A run that is still running or was killed has no last weights.
    if (error instanceof LayerRotationError && error.code === 'MISSING_FILE') return undefined
    throw error
  }
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

async function colours(): Promise<Palette> {
  const { colour } = await loadVega()
  return Array.from({ length: 256 }, (_, i) => {
    const [r = 0, g = 0, b = 0] = (colour(layerScheme, i / 255).match(/\d+/g) ?? []).map(Number)
    return [r, g, b]
  })
}

/** The incoming weights of one neuron as the data URL of a square image. */
function image({ inputs, data }: LayerWeights, neuron: number, palette: Palette): string {
  const weights = data.subarray(neuron * inputs, (neuron + 1) * inputs)
  const width = Math.sqrt(inputs)
  const smallest = weights.reduce((a, b) => Math.min(a, b), Infinity)
  const largest = weights.reduce((a, b) => Math.max(a, b), -Infinity)
  const range = largest - smallest || 1
  const indices = Uint8Array.from(weights, (weight) => Math.round(((weight - smallest) / range) * 255))
  return `data:image/png;base64,${indexedPng(indices, width, width, palette, magnify).toString('base64')}`
}
