import type { LayerRecords } from '../native/contract.js'
import { LayerTable } from '../rotation/layer-table.js'
import {
  measures,
  neuronColumns,
  neuronMeasures,
  referenceColumn,
  spectralMeasures,
  type NeuronMeasure,
} from '../rotation/measures.js'

/** The epoch that records belong to. */
export interface MeasuredEpoch {
  /** Names in forward order. */
  layers: readonly string[]
  /** Steps of the run before the epoch. */
  stepsBefore: number
  /** [steps][layers]: learning rates, each layer's own factor included. */
  rates: Float64Array
  /** [steps]: mean loss of each batch. */
  losses: Float64Array
}

/** The addon's records of an epoch as a table, with the learning rates and losses of the recorded steps. */
export function measuredLayers(records: LayerRecords, epoch: MeasuredEpoch): LayerTable {
  const { layers, stepsBefore, rates, losses } = epoch
  const { neurons, spectral } = records
  const width = layers.length
  const rate = new Float64Array(records.steps.length * width)
  const loss = new Float64Array(rate.length)
  records.steps.forEach((step, record) => {
    rate.set(rates.subarray(step * width, (step + 1) * width), record * width)
    loss.fill(losses[step]!, record * width, (record + 1) * width)
  })
  const known = { ...records, rate, loss }
  return new LayerTable(
    layers,
    records.steps.map((step) => stepsBefore + step + 1),
    new Map([
      ...measures.map(({ name }) => [name, known[name]] as const),
      ...Object.entries(records.references).map(([name, values]) => [referenceColumn(name), values] as const),
      ...(neurons ? neuronMeasures.flatMap((measure) => quantiles(measure, neurons[measure])) : []),
      ...(spectral ? spectralMeasures.map(({ name }) => [name, spectral[name]] as const) : []),
    ]),
  )
}

/** The columns of a neuron measure. @param values [records][layers][quantiles] */
function quantiles(measure: NeuronMeasure, values: Float64Array): (readonly [string, Float64Array])[] {
  const names = neuronColumns(measure)
  const column = (quantile: number) =>
    Float64Array.from({ length: values.length / names.length }, (_, row) => values[row * names.length + quantile]!)
  return names.map((name, quantile) => [name, column(quantile)])
}
