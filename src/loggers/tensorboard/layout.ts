import { stringValue, type SummaryValue } from './events.js'
import { field, message } from './message.js'

// Messages of tensorboard/plugins/custom_scalar/layout.proto.

const chart = (title: string, tags: readonly string[]): Uint8Array =>
  message(field.text(1, title), field.bytes(2, message(...tags.map((tag) => field.text(1, tag)))))

const category = (title: string, charts: readonly Uint8Array[]): Uint8Array =>
  message(field.text(1, title), ...charts.map((each) => field.bytes(2, each)))

/** The page "Custom scalars": one chart with all layers for each column of layers.csv, and charts of losses and accuracies. */
export function layoutValue(columns: readonly string[]): SummaryValue {
  const layers = columns.map((name) => chart(name, [`${name}/.*`]))
  const scores = [chart('loss', ['(train|val|test)_loss$']), chart('accuracy', ['(train|val|test)_accuracy$'])]
  const layout = message(field.bytes(2, category('layers', layers)), field.bytes(2, category('scores', scores)))
  return stringValue('custom_scalars__config__', 'custom_scalars', layout)
}
