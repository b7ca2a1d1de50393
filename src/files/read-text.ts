import { readFile, stat } from 'node:fs/promises'

/** Of a table such as layers.csv: what fits into memory as cells. */
const largestTable = 2 ** 28

/**
 * The text of a file that may come from anybody. Opening a pipe would wait for its writer, and a device need not end.
 *
 * @param largest bytes
 * @throws {Error} a system error, or what is wrong with the file
 */
export async function readText(file: string, largest: number = largestTable): Promise<string> {
  const status = await stat(file)
  if (!status.isFile()) throw new Error('it is no file')
  if (status.size > largest) throw new Error(`it has ${status.size} bytes; expected at most ${largest}`)
  return readFile(file, 'utf8')
}
