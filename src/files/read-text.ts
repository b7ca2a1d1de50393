import { readFile, stat } from 'node:fs/promises'

/** The most bytes of a table, such as layers.csv, whose cells fit into memory. */
const largestTable = 2 ** 28

/**
 * Reads the text of a file that may come from anybody. It must be a regular file, because opening a pipe would wait for a
 * writer, and a device may never end. A byte order mark, which some editors put before the text, is left out.
 *
 * @param largest the most bytes that are read
 * @throws {Error} a system error, or an error that says what is wrong with the file
 */
export async function readText(file: string, largest: number = largestTable): Promise<string> {
  const status = await stat(file)
  if (!status.isFile()) throw new Error('it is not a regular file')
  if (status.size > largest) throw new Error(`it has ${status.size} bytes; expected at most ${largest}`)
  return decode(await readFile(file))
}

function decode(bytes: Uint8Array): string {
  try {
    // stream: a crash may have cut off the last character of a table.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch (cause) {
    const [first, second] = bytes
    const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
    throw new Error(`it is ${isUtf16 ? 'UTF-16' : 'not UTF-8'} text; save it as UTF-8`, { cause })
  }
}
