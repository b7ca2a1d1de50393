import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** A field of a protobuf message, as `field` makes it. */
export type Field = (writer: BinaryWriter) => void

/** Encodes a message from its fields. */
export function message(...fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter()
  for (const write of fields) write(writer)
  return writer.finish()
}

/** The fields of a message by their types, each with its number in the .proto file. */
export const field = {
  double:
    (number: number, value: number): Field =>
    (writer) =>
      writer.tag(number, WireType.Bit64).double(value),
  /** Takes a number beyond float32 as infinite, as a cast does. */
  float:
    (number: number, value: number): Field =>
    (writer) =>
      writer.tag(number, WireType.Bit32).float(Math.fround(value)),
  /** An int32, an int64, a bool or an enum, at least 0. */
  integer:
    (number: number, value: number): Field =>
    (writer) =>
      writer.tag(number, WireType.Varint).int64(value),
  text:
    (number: number, value: string): Field =>
    (writer) =>
      writer.tag(number, WireType.LengthDelimited).string(value),
  /** Bytes, or another message. */
  bytes:
    (number: number, value: Uint8Array): Field =>
    (writer) =>
      writer.tag(number, WireType.LengthDelimited).bytes(value),
}
