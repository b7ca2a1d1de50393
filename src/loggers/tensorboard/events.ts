import type { Row } from '../logged-run.js'
import { field, message, type Field } from './message.js'

// Messages of tensorboard/compat/proto: event.proto, summary.proto and tensor.proto.

/** A value of a Summary. */
export type SummaryValue = Uint8Array

/** Session log: START, from which on a reader forgets what earlier files say of later steps. */
const sessionStart = 1
const stringTensor = 7 // DT_STRING

/** The first event of a file. @param time seconds since 1970 */
export const versionEvent = (time: number): Uint8Array => message(field.double(1, time), field.text(3, 'brain.Event:2'))

/** An event that makes a reader forget the steps from `step` on that files before this one hold. */
export const startEvent = (time: number, step: number): Uint8Array =>
  event({ time, step }, field.bytes(7, message(field.integer(1, sessionStart))))

/** An event with the values of a step. */
export const summaryEvent = (at: Pick<Row, 'time' | 'step'>, values: readonly SummaryValue[]): Uint8Array =>
  event(at, field.bytes(5, message(...values.map((value) => field.bytes(1, value)))))

const event = ({ time, step }: Pick<Row, 'time' | 'step'>, content: Field): Uint8Array =>
  message(field.double(1, time), field.integer(2, step), content)

/** An event with the numbers of a row. */
export const rowEvent = (row: Row): Uint8Array =>
  summaryEvent(
    row,
    row.values.map(([tag, value]) => message(field.text(1, tag), field.float(2, value))),
  )

/** An image: a PNG, whose size stands in its header. */
export function imageValue(tag: string, png: Buffer): SummaryValue {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const rgba = 4
  const image = message(field.integer(1, height), field.integer(2, width), field.integer(3, rgba), field.bytes(4, png))
  return message(field.text(1, tag), field.bytes(4, image))
}

/** A value whose content stands in its metadata, as that of the plugin `hparams` does. */
export const pluginValue = (tag: string, plugin: string, content: Uint8Array): SummaryValue =>
  message(field.text(1, tag), metadata(plugin, content))

/** A value that is a text or a message, as that of the plugin `custom_scalars` is. */
export const stringValue = (tag: string, plugin: string, content: Uint8Array): SummaryValue =>
  message(
    field.text(1, tag),
    field.bytes(8, message(field.integer(1, stringTensor), field.bytes(2, message()), field.bytes(8, content))),
    metadata(plugin, new Uint8Array()),
  )

const metadata = (plugin: string, content: Uint8Array): Field =>
  field.bytes(9, message(field.bytes(1, message(field.text(1, plugin), field.bytes(2, content)))))
