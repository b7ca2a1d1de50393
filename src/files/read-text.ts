import { readFile, stat } from 'node:fs/promises'

/** The most bytes of a table, such as layers.csv, whose cells fit into memory. */
const largestTable = 2 ** 28

/**
 * Reads the text of a file that may come from anybody. It must be a regular file, because opening a pipe would wait for a
 * writer, and a device may never end.
 *
 * @param largest the most bytes that are read
 * @throws {Error} a system error, or an error that says what is wrong with the file
 */
export async function readText(file: string, largest: number = largestTable): Promise<string> {
  const status = await stat(file)
  if (!status.isFile()) throw new Error('it is not a regular file')
  if (status.size > largest) throw new Error(`it has ${status.size} bytes; expected at most ${largest}`)
  return readFile(file, 'utf8')
}
