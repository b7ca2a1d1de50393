import type { StoredType } from '../native/contract.js'

/** A tensor of a checkpoint and the place of its elements. */
export interface CheckpointTensor {
  name: string
  /** The names of tensors that are tied to it, which do not count themselves. */
  otherNames?: readonly string[]
  shape: readonly number[]
  type: StoredType
  /** The file that holds its elements, without gaps. */
  file: string
  /** Byte of the file at which they begin. */
  offset: number
  /** The dimensions in the order of memory, the slowest first, where that is not row-major, as in channels_last. */
  order?: readonly number[]
  /** The bytes of the elements in their order, if the file does not hold them as they are; its `offset` then says nothing. */
  parts?: () => AsyncIterable<Uint8Array>
}

/** The tensors of a file, without their elements. */
export interface FileTensors {
  /** In the order of the file. Tensors of integers are left out. */
  tensors: CheckpointTensor[]
  /** Sentences about tensors that are left out. */
  notes: string[]
}

/** The tensors of a checkpoint, which may be in several files. */
export interface Checkpoint extends FileTensors {
  /** The file or folder as it was given. */
  path: string
  /** Checks that its files are what they were when it was listed. @throws {LayerRotationError} INVALID_FILE if they are not */
  requireUnchanged?: () => Promise<void>
}
