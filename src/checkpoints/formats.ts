import { LayerRotationError } from '../errors.js'
import { withRegular } from '../files/regular-file.js'
import { readTensorList } from '../weights/safetensors.js'
import type { CheckpointTensor, FileTensors } from './checkpoint.js'
import { readGgufFile } from './gguf/gguf-file.js'
import { isKerasArchive, readHdf5File, readKerasArchive } from './hdf5/hdf5-checkpoint.js'
import { isNpzArchive, readNpyFile, readNpzArchive } from './numpy/numpy-files.js'
import { isLegacyPytorch, readLegacyPytorchFile } from './pytorch/legacy-file.js'
import { isPytorchArchive, readPytorchArchive } from './pytorch/pytorch-file.js'
import { isStoredType } from './stored-types.js'
import { ZipArchive } from '../files/zip-archive.js'

/** A format of files with tensors. */
interface Format {
  /** Tells it by the first bytes of a file. */
  begins: (head: Buffer) => boolean
  /** Lists the tensors of a file. @throws {LayerRotationError} INVALID_FILE; system errors as they are */
  read: (file: string) => Promise<FileTensors>
}

const startingWith =
  (magic: string) =>
  (head: Buffer): boolean =>
    head.toString('latin1', 0, magic.length) === magic

/** The formats that begin with bytes of their own. */
const formats: readonly Format[] = [
  { begins: startingWith('PK\x03\x04'), read: readArchive },
  { begins: startingWith('\x93NUMPY'), read: readNpyFile },
  { begins: startingWith('GGUF'), read: readGgufFile },
  { begins: startingWith('\x89HDF\r\n\x1a\n'), read: (file) => readHdf5File(file) },
  { begins: isLegacyPytorch, read: readLegacyPytorchFile },
]

/** The bytes that tell the format of a file. */
export const headBytes = 512

/** The way to list the tensors of a file with these first bytes: that of safetensors, if they are of no other format. */
export const formatOf = (head: Buffer): Pick<Format, 'read'> =>
  formats.find(({ begins }) => begins(head)) ?? { read: readSafetensorsFile }

/** Lists the tensors of a ZIP archive, whose files tell its format. */
function readArchive(file: string): Promise<FileTensors> {
  return withRegular(file, async (handle) => {
    const archive = await ZipArchive.open(handle, (problem, cause) => {
      return new LayerRotationError('INVALID_FILE', `${file} is not a valid archive: ${problem}`, { cause })
    })
    if (isPytorchArchive(archive)) return readPytorchArchive(archive, file)
    if (isNpzArchive(archive)) return readNpzArchive(archive, handle, file)
    if (isKerasArchive(archive)) return readKerasArchive(archive, file)
    const message = `${file} is a ZIP archive without weights; expected one that PyTorch, NumPy or Keras wrote`
    throw new LayerRotationError('INVALID_FILE', message)
  })
}

async function readSafetensorsFile(file: string): Promise<FileTensors> {
  const entries = await readTensorList(file)
  const tensors = entries.flatMap(({ name, dtype, shape, begin }): CheckpointTensor[] =>
    isStoredType(dtype) ? [{ name, shape, type: dtype, file, offset: begin }] : [],
  )
  return { tensors, notes: [] }
}
