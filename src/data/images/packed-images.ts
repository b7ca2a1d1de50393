import { createHash } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { ifPresent } from '../../files/if-present.js'
import { fill } from '../../files/read-exactly.js'
import { reading } from '../../files/reading.js'
import { openRegular } from '../../files/regular-file.js'
import { writeAll } from '../../files/write-all.js'
import { openNew, writing } from '../../files/write.js'
import { statIfPresent } from '../../files/stat-if-present.js'
import { requireMemory } from '../../memory.js'
import { elements } from '../../shape.js'
import { versionOf } from '../../version.js'
import { requireDiskSpace } from '../disk-space.js'
import { throwIfInterrupted } from '../../interrupted.js'
import type { DataWork } from '../progress.js'
import { haveChangeTimes, isSettled } from './change-times.js'
import { imageDecoder, readImage } from './decode-image.js'
import { allFiles, stampOf, type ImageFile, type ImageList } from './image-list.js'

/** The pixels of a list of images; each split is [n, channels, height, width]. */
export interface Pixels {
  train: Uint8Array
  test: Uint8Array
}

/*
 * A file of packed images: a header of 96 bytes, then the training and the test images one after the other, a byte a
 * pixel. The header is magic, version, shape and counts as little-endian 32-bit integers; the stamp of the list of image
 * files, or zeros if it would not tell of their changes; and the SHA-256 of their content and of the decoder's version, which
 * determine all pixels.
 */
const magic = Buffer.from('LROTIMGS')
/** To be raised whenever the decoder of this package makes other pixels of the same file. */
const version = 2
const stampBegin = 32
const contentBegin = 64
const headerBytes = 96

/** The bytes of a SHA-256. */
const digestBytes = contentBegin - stampBegin

const chunkBytes = 2 ** 24

/** The decoded images of a list in a file, if they are there. */
export class PackedImages {
  private readonly files: readonly ImageFile[]
  private readonly size: number
  /** The stamp of the list; null if files can change without changing it. */
  private readonly stamp: Buffer | null
  /** The content of the images, once it has been read. */
  private content: Content | undefined

  /** @param subject the name of the images in messages */
  constructor(
    readonly path: string,
    private readonly list: ImageList,
    private readonly shape: readonly number[],
    private readonly subject: string,
  ) {
    this.files = allFiles(list)
    this.stamp = haveChangeTimes(this.files) ? stampOf(list) : null
    this.size = elements(shape)
  }

  /**
   * Reads the pixels.
   *
   * @param same what shows that they are those of the images: their stamp; their content, which takes as long as reading all
   *   of them and renews the stamp; or only that the file is whole, for the process that wrote it
   * @returns null if the file is missing, was cut short or may hold other images
   * @throws {LayerRotationError} INVALID_FILE or READ_FAILED for a file that cannot be read; INTERRUPTED
   */
  async read(same: 'stamp' | 'content' | 'shape', work: DataWork = {}): Promise<Pixels | null> {
    if (same === 'stamp' && this.stamp === null) return null
    const handle = await this.open(same === 'content')
    if (handle === undefined) return null
    try {
      const [trainBytes, testBytes] = [this.list.train.length * this.size, this.list.test.length * this.size]
      const { size } = await reading(this.path, () => handle.stat())
      if (size !== headerBytes + trainBytes + testBytes) return null
      const header = Buffer.alloc(headerBytes)
      await fill(handle, header, this.path)
      const begin = this.beginning()
      if (!header.subarray(0, stampBegin).equals(begin)) return null
      if (same === 'stamp' && !header.subarray(stampBegin, contentBegin).equals(this.stamp!)) return null
      if (same === 'content') {
        this.content ??= await this.readContent(work)
        if (!header.subarray(contentBegin).equals(this.content.digest())) return null
        await handle.write(this.stampFor(this.content), 0, digestBytes, stampBegin).catch(() => undefined)
      }
      requireMemory(trainBytes + testBytes, `${this.path}: its images`)
      const pixels = { train: new Uint8Array(trainBytes), test: new Uint8Array(testBytes) }
      await fill(handle, pixels.train, this.path)
      await fill(handle, pixels.test, this.path)
      return pixels
    } finally {
      await handle.close().catch(() => undefined)
    }
  }

  /**
   * Decodes the images into the file, which appears when it is complete.
   *
   * @throws {LayerRotationError} INVALID_FILE, MISSING_FILE or READ_FAILED naming an image; WRITE_FAILED, INTERRUPTED
   */
  async write(work: DataWork): Promise<void> {
    const part = `${this.path}.part`
    const handle = await openNew(part)
    try {
      await requireDiskSpace(dirname(this.path), this.files.length * this.size, `Decoding ${this.subject}`)
      await writing(part, () => writeAll(handle, Buffer.alloc(headerBytes)))
      const content = await this.decode(work, (pixels) => writing(part, () => writeAll(handle, pixels)))
      const header = Buffer.concat([this.beginning(), this.stampFor(content), content.digest()])
      await writing(part, () => handle.write(header, 0, headerBytes, 0))
      await writing(part, () => handle.sync())
      await writing(part, () => handle.close())
      await writing(this.path, () => rename(part, this.path))
    } catch (error) {
      await handle.close().catch(() => undefined)
      await rm(part, { force: true }).catch(() => undefined)
      throw error
    }
  }

  /** Opens the file, for renewing its stamp too where that is allowed; undefined if there is none. */
  private async open(renews: boolean): Promise<FileHandle | undefined> {
    const found = await statIfPresent(this.path)
    if (!found?.isFile()) return undefined
    const openToRead = () => reading(this.path, () => ifPresent(() => openRegular(this.path)))
    return renews ? open(this.path, 'r+').catch(openToRead) : openToRead()
  }

  /** Returns the header up to the stamp. */
  private beginning(): Buffer {
    const numbers = [version, ...this.shape, this.list.train.length, this.list.test.length]
    const fields = Buffer.alloc(4 * numbers.length)
    for (const [i, number] of numbers.entries()) fields.writeUInt32LE(number, 4 * i)
    return Buffer.concat([magic, fields])
  }

  /** Returns the stamp for a header: zeros if a file can have changed after it was read without changing the stamp. */
  private stampFor(content: Content): Buffer {
    return this.stamp !== null && content.isSettled ? this.stamp : Buffer.alloc(digestBytes)
  }

  private async readContent(work: DataWork): Promise<Content> {
    const content = new Content(this.files)
    let done = 0
    await inParallel(this.files.length, async (i) => {
      throwIfInterrupted(work.signal, `comparing ${this.subject}`)
      await content.read(i)
      this.progress(work, 'checking', ++done)
    })
    return content
  }

  /**
   * Decodes on all cores, and keeps at most one chunk in memory, beside the files that are being decoded.
   *
   * @returns the content that was decoded
   */
  private async decode(work: DataWork, write: (pixels: Uint8Array) => Promise<void>): Promise<Content> {
    const { files, size } = this
    const decode = await imageDecoder(this.shape)
    const content = new Content(files)
    const perChunk = Math.max(1, Math.floor(chunkBytes / size))
    let done = 0
    for (let first = 0; first < files.length; first += perChunk) {
      const count = Math.min(perChunk, files.length - first)
      const chunk = new Uint8Array(count * size)
      await inParallel(count, async (i) => {
        const pixels = await decode(await content.read(first + i), files[first + i]!.path)
        // Afterwards: of few images, all may have begun before the signal came.
        throwIfInterrupted(work.signal, `decoding ${this.subject}`)
        chunk.set(pixels, i * size)
        this.progress(work, 'decoding', ++done)
      })
      await write(chunk)
    }
    return content
  }

  private progress({ onProgress }: DataWork, step: 'checking' | 'decoding', done: number): void {
    onProgress?.({ step, subject: this.subject, done, total: this.files.length, unit: 'images' })
  }
}

/** The content of image files, of which only the SHA-256 is kept. */
class Content {
  private readonly digests: Buffer
  /** True if each file was last changed so long before it was read that a later change has another time. */
  isSettled = true

  constructor(private readonly files: readonly ImageFile[]) {
    this.digests = Buffer.alloc(digestBytes * files.length)
  }

  async read(index: number): Promise<Buffer> {
    const file = this.files[index]!
    this.isSettled &&= isSettled(file)
    const bytes = await readImage(file.path)
    this.digests.set(sha256(bytes), digestBytes * index)
    return bytes
  }

  /** Returns the SHA-256 of all files that were read and of the version of the decoder. */
  digest(): Buffer {
    return sha256(Buffer.concat([Buffer.from(versionOf('sharp')), this.digests]))
  }
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** The images that are worked on at once, for each core: some wait for their file, or for the thread of JavaScript. */
const perCore = 4

/**
 * Does work for each of `count` indices, some for each core at a time, until one fails. When it throws, none is being worked
 * on.
 */
async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  const stopAll = (error: unknown) => {
    next = count
    throw error
  }
  const length = perCore * availableParallelism()
  const ends = await Promise.allSettled(Array.from({ length }, () => worker().catch(stopAll)))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
