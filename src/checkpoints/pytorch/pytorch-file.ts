import { LayerRotationError } from '../../errors.js'
import type { FileTensors } from '../checkpoint.js'
import type { Invalid, ZipArchive } from '../../files/zip-archive.js'
import { readPickle } from './pickle.js'
import { constructTensors, modelTensors, PickledTensor } from './pickled-tensors.js'
import { placedTensors } from './placed-tensors.js'

/** The most bytes of a pickle, which holds names and places only. */
export const largestPickle = 2 ** 26

/** The file of an archive that tells the names and places of the others. */
const pickleName = /^[^/]+\/data\.pkl$/

/** Tells whether an archive is one of PyTorch. */
export const isPytorchArchive = ({ names }: ZipArchive): boolean => names.some((name) => pickleName.test(name))

/**
 * Lists the tensors of a file that `torch.save` wrote since PyTorch 1.6, or `torch.jit.save`: a ZIP archive with a pickle, which is
 * read as data and never run, and a file for each storage.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export async function readPytorchArchive(archive: ZipArchive, file: string): Promise<FileTensors> {
  const invalid = invalidPytorch(file)
  const pickle = archive.names.find((name) => pickleName.test(name))!
  const root = pickle.slice(0, -'data.pkl'.length)
  if (archive.has(`${root}byteorder`)) {
    const order = new TextDecoder().decode(await archive.content(`${root}byteorder`, 64))
    if (order !== 'little') throw invalid(`its byte order is ${JSON.stringify(order)}; expected little`)
  }
  const { value } = readPickle(await archive.content(pickle, largestPickle), file, constructTensors)
  return placedTensors(
    modelTensors(value, PickledTensor),
    file,
    (storage) => archive.stored(`${root}data/${storage}`),
    invalid,
  )
}

/** Makes the errors of a file of PyTorch. */
export const invalidPytorch =
  (file: string): Invalid =>
  (problem, cause) =>
    new LayerRotationError('INVALID_FILE', `${file} is not a valid PyTorch file: ${problem}`, { cause })
