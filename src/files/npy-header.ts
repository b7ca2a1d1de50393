/** An array as its .npy header describes it. */
export interface NpyArray {
  /** The type of its elements in NumPy's words, such as `<f4`; undefined for a structured one. */
  type: string | undefined
  shape: number[]
  /** True if the first dimension changes fastest in memory. */
  isFortran: boolean
  /** Bytes before the elements. */
  headerBytes: number
}

/** The bytes of a file that hold the header of any array of numbers. */
export const npyHeadBytes = 2 ** 16

/**
 * Parses the beginning of a .npy file: its magic bytes, a version, the length of the header, and the header, a dict in Python's
 * syntax. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @param head the first `npyHeadBytes` bytes, or all of a shorter file
 * @returns undefined if it is none, or has a longer header
 */
export function parseNpyHeader(head: Buffer): NpyArray | undefined {
  if (head.length < 12 || head.toString('latin1', 0, 6) !== '\x93NUMPY') return undefined
  const begin = head[6] === 1 ? 10 : 12
  const end = begin + (head[6] === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8))
  if (end > head.length) return undefined
  const text = head.toString('latin1', begin, end)
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1]
  if (order === undefined || shape === undefined || !/'descr'\s*:/.test(text)) return undefined
  return {
    type: /'descr'\s*:\s*'([^']{0,100})'/.exec(text)?.[1],
    shape: (shape.match(/\d+/g) ?? []).map(Number),
    isFortran: order === 'True',
    headerBytes: end,
  }
}
