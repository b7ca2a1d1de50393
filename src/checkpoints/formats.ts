import { readTensorList } from '../weights/safetensors.js'
import type { CheckpointTensor, FileTensors } from './checkpoint.js'
import { isLegacyPytorch, readLegacyPytorchFile } from './pytorch/legacy-file.js'
import { readPytorchFile } from './pytorch/pytorch-file.js'
import { isStoredType } from './stored-types.js'

/** A format of files with tensors. */
interface Format {
  /** Tells it by the first bytes of a file. */
  begins: (head: Buffer) => boolean
  /** Lists the tensors of a file. @throws {LayerRotationError} INVALID_FILE; system errors as they are */
  read: (file: string) => Promise<FileTensors>
}

/** The formats that begin with bytes of their own. */
const formats: readonly Format[] = [
  { begins: (head) => head.toString('latin1', 0, 4) === 'PK\x03\x04', read: readPytorchFile },
  { begins: isLegacyPytorch, read: readLegacyPytorchFile },
]

/** The bytes that tell the format of a file. */
export const headBytes = 512

/** The way to list the tensors of a file with these first bytes: that of safetensors, if they are of no other format. */
export const formatOf = (head: Buffer): Pick<Format, 'read'> =>
  formats.find(({ begins }) => begins(head)) ?? { read: readSafetensorsFile }

async function readSafetensorsFile(file: string): Promise<FileTensors> {
  const entries = await readTensorList(file)
  const tensors = entries.flatMap(({ name, dtype, shape, begin }): CheckpointTensor[] =>
    isStoredType(dtype) ? [{ name, shape, type: dtype, file, offset: begin }] : [],
  )
  return { tensors, notes: [] }
}
