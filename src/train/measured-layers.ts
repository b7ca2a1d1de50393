import type { EpochResult } from '../native/contract.js'
import { LayerTable } from '../rotation/layer-table.js'
import { neuronColumns, referenceColumn, type Measure } from '../rotation/measures.js'

/** An epoch, as far as its records need to know. */
export interface MeasuredEpoch {
  /** Names in forward order. */
  layers: readonly string[]
  /** Steps done before it. */
  stepsBefore: number
  /** [steps][layers]: learning rates, each layer's own factor included. */
  rates: Float64Array
}

/** The addon's records of an epoch as a table, with the rates that belong to them. */
export function measuredLayers(records: EpochResult['records'], epoch: MeasuredEpoch): LayerTable {
  const { layers, stepsBefore, rates } = epoch
  const width = layers.length
  const rate = new Float64Array(records.steps.length * width)
  records.steps.forEach((step, record) => rate.set(rates.subarray(step * width, (step + 1) * width), record * width))
  const measured: Record<Measure, Float64Array> = {
    rotation: records.rotation,
    angle: records.angle,
    norm: records.norm,
    gradient_norm: records.gradientNorm,
    radial: records.radial,
    tangential: records.tangential,
    rate,
    effective_rate: records.effectiveRate,
  }
  const { neurons } = records
  return new LayerTable(
    layers,
    records.steps.map((step) => stepsBefore + step + 1),
    new Map([
      ...Object.entries(measured),
      ...Object.entries(records.references).map(([name, values]) => [referenceColumn(name), values] as const),
      ...(neurons ? [...quantiles('rotation', neurons.rotation), ...quantiles('angle', neurons.angle)] : []),
    ]),
  )
}

/** @param values [records][layers][quantiles] */
function quantiles(measure: 'rotation' | 'angle', values: Float64Array): (readonly [string, Float64Array])[] {
  const names = neuronColumns(measure)
  const column = (quantile: number) =>
    Float64Array.from({ length: values.length / names.length }, (_, row) => values[row * names.length + quantile]!)
  return names.map((name, quantile) => [name, column(quantile)])
}
