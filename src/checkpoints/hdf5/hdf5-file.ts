import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Dataset, File as Hdf5, Group, ready as readyModule } from 'h5wasm'
import { LayerRotationError } from '../../errors.js'
import { isReadFailure } from '../../files/reading.js'
import type { Stretch } from '../../files/zip-archive.js'

type H5Module = Awaited<typeof readyModule>
type Metadata = Dataset['metadata']

/** A data set of an HDF5 file. */
export interface Hdf5Array {
  /** The path in the file, without a slash at its beginning. */
  path: string
  shape: readonly number[]
  /** Bytes of an element. */
  elementBytes: number
  /** 'opaque' are bytes of which the file does not tell what they are. */
  kind: 'float' | 'opaque' | 'other'
  isLittleEndian: boolean
  /** True if its elements are in other files. */
  isVirtual: boolean
}

/** The most groups and data sets of a file: more than a network has. */
const mostObjects = 100_000

/** The deepest nesting of groups; a group may hold itself. */
const deepest = 32

/** The most bytes that are read at a time. */
const largestRead = 2 ** 28

/**
 * An HDF5 file, which HDF5's own library reads in WebAssembly. The library sees no other file, whatever links the file has, and a
 * fault of it ends as an error.
 */
export class Hdf5File {
  private constructor(
    private readonly path: string,
    private readonly module: H5Module,
    private readonly file: Hdf5,
    private readonly release: () => void,
  ) {}

  /**
   * Opens a file, which `close` closes.
   *
   * @param stretch the bytes that hold it, if they are a part of a file
   * @throws {LayerRotationError} INVALID_FILE
   * @throws system errors as they are
   */
  static async open(path: string, stretch?: Stretch): Promise<Hdf5File> {
    const { ready, File } = await import('h5wasm')
    const module = await ready
    // Otherwise it prints its errors, and goes on.
    module.activate_throwing_error_handler()
    const handle = openSync(path, 'r')
    let place: string | undefined
    const release = () => {
      if (place !== undefined) module.FS.unlink(place)
      closeSync(handle)
    }
    try {
      const { begin, size } = stretch ?? { begin: 0, size: fstatSync(handle).size }
      place = offer(module, handle, begin, size)
      const file = new File(place, 'r')
      return new Hdf5File(path, module, file, release)
    } catch (error) {
      release()
      throw refusal(path, error)
    }
  }

  close(): void {
    try {
      this.file.close()
    } finally {
      this.release()
    }
  }

  /** Lists the data sets in the order of the file. @throws {LayerRotationError} INVALID_FILE */
  arrays(): Hdf5Array[] {
    const found: Hdf5Array[] = []
    let objects = 0
    const visit = (group: Group, path: string, depth: number): void => {
      for (const key of group.keys()) {
        if (++objects > mostObjects || depth > deepest) throw new Error(`it has too many or too deep groups at ${path}`)
        const inner = group.get(key)
        const at = path === '' ? key : `${path}/${key}`
        if (inner !== null && 'keys' in inner) visit(inner, at, depth + 1)
        else if (inner !== null && 'metadata' in inner) found.push(this.described(at, inner.metadata))
      }
    }
    try {
      visit(this.file, '', 0)
    } catch (error) {
      throw refusal(this.path, error)
    }
    return found
  }

  private described(path: string, { shape, type, size, littleEndian, virtual_sources: sources }: Metadata): Hdf5Array {
    const { H5T_FLOAT: float, H5T_OPAQUE: opaque } = this.module.H5T_class_t
    const kind = type === float.value ? 'float' : type === opaque.value ? 'opaque' : 'other'
    return {
      ...{ path, shape: shape ?? [0], elementBytes: size, kind },
      ...{ isLittleEndian: littleEndian || kind === 'opaque', isVirtual: sources !== undefined },
    }
  }

  /** The attribute of an object, '' standing for the file, if it is a text. */
  text(path: string, name: string): string | undefined {
    const object = path === '' ? this.file : this.file.get(path)
    if (object === null || !('get_attribute' in object) || !(name in object.attrs)) return undefined
    const value = object.get_attribute(name, false)
    return typeof value === 'string' ? value : undefined
  }

  /** The bytes of the elements of an array, in the order of its dimensions. */
  *bytes({ path, shape, elementBytes }: Hdf5Array): Generator<Uint8Array> {
    for (const { offset, count } of blocks(shape, Math.max(1, Math.floor(largestRead / elementBytes)))) {
      const length = elementBytes * count.reduce((product, size) => product * size, 1)
      const pointer = this.module._malloc(length)
      try {
        if (pointer === 0) throw new Error(`${path} takes more memory than HDF5's library has`)
        const strides = count.map(() => 1n)
        const [counts, offsets] = [count.map(BigInt), offset.map(BigInt)]
        this.module.get_dataset_data(this.file.file_id, `/${path}`, counts, offsets, strides, BigInt(pointer))
        yield this.module.HEAPU8.slice(pointer, pointer + length)
      } catch (error) {
        throw refusal(this.path, error)
      } finally {
        this.module._free(pointer)
      }
    }
  }
}

/** The library's files, of which the types of the package lack a part. */
interface FileSystem {
  analyzePath(path: string): { exists: boolean }
  unlink(path: string): void
  createFile(
    folder: string,
    name: string,
    properties: object,
    canRead: boolean,
    canWrite: boolean,
  ): { usedBytes: number; stream_ops: object }
}

let offered = 0

/** Gives the library a file to read: a node whose bytes are those of an open file. @returns its path for the library */
function offer({ FS }: H5Module, handle: number, begin: number, size: number): string {
  const system = FS as unknown as FileSystem
  // A file may name others as parts of itself, and reading this one would wait.
  if (system.analyzePath('/dev/stdin').exists) system.unlink('/dev/stdin')
  const name = `weights-${offered++}.h5`
  const node = system.createFile('/', name, {}, true, false)
  node.usedBytes = size
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream: object, to: Uint8Array, at: number, length: number, position: number) =>
      readSync(handle, to, at, Math.max(0, Math.min(length, size - position)), begin + position),
  }
  return `/${name}`
}

/** The error for a failure of the library; a system error of reading stays one. */
function refusal(path: string, cause: unknown): unknown {
  if (cause instanceof LayerRotationError || isReadFailure(cause)) return cause
  const [problem] = String(cause instanceof Error ? cause.message : cause).split('\n', 1)
  const message = `${path} is not a valid HDF5 file: ${problem!.slice(0, 300)}`
  return new LayerRotationError('INVALID_FILE', message, { cause })
}

/** Divides a shape into blocks of at most so many elements, one behind the other in the order of its elements. */
function* blocks(shape: readonly number[], most: number): Generator<{ offset: number[]; count: number[] }> {
  if (shape.includes(0)) return
  const inner = (dimension: number) => shape.slice(dimension + 1).reduce((product, size) => product * size, 1)
  // The first dimension of which a single place fits.
  const split = shape.findIndex((_, dimension) => inner(dimension) <= most)
  if (split === -1) {
    yield { offset: [], count: [] }
    return
  }
  const step = Math.floor(most / inner(split))
  const before = shape.slice(0, split)
  const rest = shape.slice(split + 1)
  const places = before.reduce((product, size) => product * size, 1)
  for (let place = 0; place < places; place++) {
    let left = place
    const offset = before.map(() => 0)
    for (let i = split - 1; i >= 0; i--) {
      offset[i] = left % before[i]!
      left = Math.floor(left / before[i]!)
    }
    for (let at = 0; at < shape[split]!; at += step) {
      const count = [...before.map(() => 1), Math.min(step, shape[split]! - at), ...rest]
      yield { offset: [...offset, at, ...rest.map(() => 0)], count }
    }
  }
}
