import { imageSize } from 'image-size'
import { LayerRotationError } from '../../errors.js'
import { beginningOf } from './image-files.js'
import { imageKind } from './image-kind.js'
import { jpegComponents } from './jpeg.js'
import { allFiles, type ImageFile, type ImageList } from './image-list.js'

/** Bytes that hold the size of nearly every image; of others the whole file is read, up to a limit. */
const [firstBytes, mostBytes] = [2 ** 16, 2 ** 26]

/** The orientations of a TIFF that exchange its sides: it is decoded upright. */
const firstTurned = 5

interface Size {
  height: number
  width: number
}

/**
 * Returns the size that all images of a list have, from their headers.
 *
 * @throws {LayerRotationError} INVALID_FILE naming two images of different sizes, or one that is damaged; READ_FAILED
 */
export function commonSize(list: ImageList): Size {
  const [first, ...others] = allFiles(list)
  const size = sizeOf(first!)
  for (const file of others) {
    const { height, width } = sizeOf(file)
    if (height === size.height && width === size.width) continue
    const message = `${file.path} has ${width} × ${height} pixels, and ${first!.path} ${size.width} × ${size.height}; expected images of one size`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return size
}

function sizeOf({ path, status }: ImageFile): Size {
  const bytes = beginningOf(path, firstBytes, status.size)
  const isWhole = bytes.length === Number(status.size)
  return sizeIn(bytes) ?? (isWhole ? undefined : sizeIn(beginningOf(path, mostBytes, status.size))) ?? unknown(path)
}

/** Returns the size of an image by its first bytes; undefined if they do not tell it. */
export function sizeIn(bytes: Buffer): Size | undefined {
  const kind = imageKind(bytes)
  if (kind === undefined) return undefined
  try {
    const { height, width, orientation = 1 } = imageSize(bytes)
    return kind === 'TIFF' && orientation >= firstTurned ? { height: width, width: height } : { height, width }
  } catch {
    return undefined
  }
}

/** The byte of a PNG that tells its colours, and the values of it that are grey. https://www.w3.org/TR/png-3/#11IHDR */
const [colourByte, greyTypes] = [25, [0, 4]]

/** Returns the channels of an image: 1 for a grey PNG or JPEG, and 3 for any other. */
export function channelsIn(bytes: Buffer): 1 | 3 {
  const kind = imageKind(bytes)
  const isGrey =
    kind === 'PNG' ? greyTypes.includes(bytes[colourByte]!) : kind === 'JPEG' && jpegComponents(bytes) === 1
  return isGrey ? 1 : 3
}

function unknown(path: string): never {
  throw new LayerRotationError('INVALID_FILE', `${path}: its size cannot be read; the image is damaged`)
}
