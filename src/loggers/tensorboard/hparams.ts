import type { Run } from '../../run/open-run.js'
import { settingsOf, type Setting } from '../settings.js'
import { pluginValue, type SummaryValue } from './events.js'
import { field, message } from './message.js'

// Messages of tensorboard/plugins/hparams: plugin_data.proto and api.proto; Value is google/protobuf/struct.proto.

const plugin = 'hparams'
/** The metrics that the table of runs shows. */
const shown = ['test_accuracy', 'val_accuracy', 'train_accuracy', 'test_loss', 'train_loss', 'mean_rotation']
const dataTypes = { string: 1, boolean: 2, number: 3 }
const statuses = { finished: 1, failed: 2, interrupted: 2, running: 3 }

/** The hyperparameters of a run; none of a training in PyTorch, whose experiment is not known. */
export function hparamsValues({ config, status }: Run): SummaryValue[] {
  if (config === undefined) return []
  const settings = [...settingsOf(config)]
  const experiment = message(
    ...settings.map(([name, value]) =>
      field.bytes(4, message(field.text(1, name), field.integer(4, dataTypes[typeof value as keyof typeof dataTypes]))),
    ),
    ...shown.map((tag) => field.bytes(5, message(field.bytes(1, message(field.text(2, tag)))))),
  )
  const entries = settings.map(([name, value]) =>
    field.bytes(1, message(field.text(1, name), field.bytes(2, structValue(value)))),
  )
  const start = message(...entries, field.double(5, (Date.parse(status.startedAt) || 0) / 1000))
  return [
    pluginValue('_hparams_/experiment', plugin, message(field.bytes(2, experiment))),
    pluginValue('_hparams_/session_start_info', plugin, message(field.bytes(3, start))),
  ]
}

/** The end of a run. */
export function hparamsEnd({ config, status }: Run): SummaryValue[] {
  if (config === undefined) return []
  const ended = field.double(2, (Date.parse(status.endedAt ?? status.startedAt) || 0) / 1000)
  const end = message(field.integer(1, statuses[status.status]), ended)
  return [pluginValue('_hparams_/session_end_info', plugin, message(field.bytes(4, end)))]
}

function structValue(value: Setting): Uint8Array {
  if (typeof value === 'number') return message(field.double(2, value))
  return message(typeof value === 'string' ? field.text(3, value) : field.integer(4, Number(value)))
}
