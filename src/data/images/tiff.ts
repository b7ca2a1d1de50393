/** https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, sections 8 and 21 */
const [compression, photometric] = [259, 262]
const [jpeg, oldJpeg] = [7, 6]
const ycbcr = 6

/** Tells whether the first image of a TIFF has luma and chroma that are not packed as JPEG. */
export function isPlainYcbcr(tiff: Buffer): boolean {
  const tags = shortTags(tiff)
  const packing = tags.get(compression)
  return tags.get(photometric) === ycbcr && packing !== jpeg && packing !== oldJpeg
}

/** Returns the tags of the first image that hold one 16-bit number; none of a TIFF that is cut off. */
function shortTags(tiff: Buffer): Map<number, number> {
  const little = tiff[0] === 0x49
  const number = (at: number, bytes: 2 | 4) => {
    if (at + bytes > tiff.length) return 0
    return little ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes)
  }
  // The upper half of a 64-bit number is 0 in a file that fits into memory.
  const low = (at: number) => number(little ? at : at + 4, 4)
  const isBig = number(2, 2) === 43
  const directory = isBig ? low(8) : number(4, 4)
  const count = isBig ? low(directory) : number(directory, 2)
  const [begin, entry, value] = isBig ? [directory + 8, 20, 12] : [directory + 2, 12, 8]
  const tags = new Map<number, number>()
  for (let i = 0; i < count && begin + (i + 1) * entry <= tiff.length; i++) {
    const at = begin + i * entry
    if (number(at + 2, 2) === 3) tags.set(number(at, 2), number(at + value, 2))
  }
  return tags
}
