import { LayerRotationError } from '../../errors.js'
import { withRegular } from '../../files/regular-file.js'
import type { StoredType } from '../../native/contract.js'
import { elements } from '../../shape.js'
import type { FileTensors } from '../checkpoint.js'
import type { Stretch, ZipArchive } from '../../files/zip-archive.js'
import { Hdf5File, type Hdf5Array } from './hdf5-file.js'
import { halfFormatsIn, type HalfFormat } from './half-formats.js'
import { kerasNames } from './keras-names.js'

/** Types of elements by their bytes, but those of two. */
const types: Readonly<Record<number, StoredType>> = { 8: 'F64', 4: 'F32' }

/** The most elements that a byte of a file stands for: Deflate's most, of bytes that are all the same. */
const mostInflated = 1032

/** The file of a .keras archive with the weights. */
const kerasWeights = 'model.weights.h5'

/** Tells whether an archive is a model of Keras 3. */
export const isKerasArchive = (archive: ZipArchive): boolean => archive.has(kerasWeights)

/** Lists the weights of a .keras file, whose HDF5 file is stored in it as it is. */
export const readKerasArchive = async (archive: ZipArchive, file: string): Promise<FileTensors> =>
  readHdf5File(file, await archive.stored(kerasWeights))

/**
 * Lists the arrays of an HDF5 file: weights or a whole model of Keras without the optimizer, or arrays of others. Their elements are
 * read when they are needed, as they may be in compressed chunks.
 *
 * @param stretch the bytes that hold it, if they are a part of a file
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export async function readHdf5File(file: string, stretch?: Stretch): Promise<FileTensors> {
  const size = stretch?.size ?? (await withRegular(file, async (handle) => (await handle.stat()).size))
  const hdf5 = await Hdf5File.open(file, stretch)
  try {
    const arrays = hdf5.arrays()
    const names = kerasNames(
      arrays.map(({ path, shape }) => ({ path, dimensions: shape.length })),
      (group) => hdf5.text(`${group}/vars`, 'name'),
    )
    const result: FileTensors = { tensors: [], notes: [] }
    const source = {
      file,
      size,
      stretch,
      halfType: await halfTypeOf(hdf5, arrays, file, stretch ?? { begin: 0, size }),
    }
    arrays.forEach((array, i) => {
      const name = names[i]
      if (name !== undefined) addArray(result, name, array, source)
    })
    return result
  } finally {
    hdf5.close()
  }
}

/**
 * Tells the format of an array's 2-byte elements. Keras writes bfloat16 as opaque bytes.
 *
 * @returns undefined for a format that cannot be told
 */
async function halfTypeOf(
  hdf5: Hdf5File,
  arrays: readonly Hdf5Array[],
  file: string,
  stretch: Stretch,
): Promise<Source['halfType']> {
  const halves = arrays.filter(({ elementBytes }) => elementBytes === 2)
  const hasFloats = halves.some(({ kind }) => kind === 'float')
  const formats = hasFloats ? [...(await halfFormatsIn(file, stretch))] : []
  const ofFloats = formats.length === 1 ? formats[0] : undefined
  const isOfKeras = ['', 'model_weights'].some((group) => hdf5.text(group, 'keras_version') !== undefined)
  const opaque = halves.filter(({ kind }) => kind === 'opaque')
  const ofKeras = new Set(opaque.filter(({ path }) => isOfKeras || hdf5.text(path, 'dtype') === 'bfloat16'))
  return (array) => (array.kind === 'float' ? ofFloats : ofKeras.has(array) ? 'BF16' : undefined)
}

interface Source {
  file: string
  /** Bytes of the HDF5 file. */
  size: number
  stretch: Stretch | undefined
  /** The format of the elements of an array, which have 2 bytes. */
  halfType: (array: Hdf5Array) => HalfFormat | undefined
}

/** Adds an array of weights to the result, or a note about it. */
function addArray({ tensors, notes }: FileTensors, name: string, array: Hdf5Array, source: Source) {
  const { file, size, stretch, halfType } = source
  const { shape, kind, elementBytes, isLittleEndian, isVirtual } = array
  const isHalf = elementBytes === 2 && kind !== 'other'
  const type = isHalf ? halfType(array) : kind === 'float' ? types[elementBytes] : undefined
  if (isHalf && type === undefined) {
    const reason = kind === 'float' ? 'which may be float16 or bfloat16' : 'of no known type, such as bfloat16'
    notes.push(`${file}: ${name} is left out, as it holds 2 bytes ${reason}; save it as float32`)
  }
  if (type === undefined) return
  if (!isLittleEndian || isVirtual) {
    const reason = isVirtual ? 'its elements are in other files' : 'it is big-endian'
    notes.push(
      `${file}: ${name} is left out, as ${reason}; copy it by h5py: f[${JSON.stringify(array.path)}][()].astype("<f4")`,
    )
    return
  }
  if (!(elements(shape) * elementBytes <= size * mostInflated)) {
    const message = `${file}: ${name} of shape [${shape.join(', ')}] cannot be in a file of ${size} bytes; get it again`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const parts = async function* () {
    const hdf5 = await Hdf5File.open(file, stretch)
    try {
      yield* hdf5.bytes(array)
    } finally {
      hdf5.close()
    }
  }
  tensors.push({ name, shape, type, file, offset: 0, parts })
}
