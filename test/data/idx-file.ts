import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of an IDX file of unsigned bytes, or of integers of 32 bits. */
export function idx(shape: readonly number[], data: ArrayLike<number>, type: 'ubyte' | 'int' = 'ubyte'): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.writeUInt32BE((type === 'int' ? 0x0c00 : 0x0800) | shape.length)
  for (const [i, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * i)
  if (type === 'ubyte') return Buffer.concat([header, Uint8Array.from(data)])
  const integers = Buffer.alloc(4 * data.length)
  for (let i = 0; i < data.length; i++) integers.writeInt32BE(data[i]!, 4 * i)
  return Buffer.concat([header, integers])
}

/** Images of 28 × 28 pixels; all of image i have the value i modulo 256. */
export function images(count: number): Buffer {
  return idx(
    [count, 28, 28],
    Uint8Array.from({ length: count * 784 }, (_, pixel) => Math.floor(pixel / 784)),
  )
}

/** Writes a data set in the four files of MNIST. @param labels of the training images; the test set is one image */
export function writeMnist(folder: string, labels: readonly number[]): void {
  writeFileSync(join(folder, 'train-images-idx3-ubyte'), images(labels.length))
  writeFileSync(join(folder, 'train-labels-idx1-ubyte'), idx([labels.length], labels))
  writeFileSync(join(folder, 't10k-images-idx3-ubyte'), images(1))
  writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), idx([1], [7]))
}
