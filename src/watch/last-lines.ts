import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { withRegular } from '../files/regular-file.js'
import { readAt } from './growing-table.js'

/** Bytes at the end of a file that hold the last rows of most tables. */
const usual = 2 ** 15

/** The most bytes that are read for them. */
const most = 2 ** 26

/**
 * Reads the header of a CSV file and its last whole lines, so that a list of many runs need not read their tables.
 *
 * @param enough the fewest lines to find, if the file has them
 * @returns the header, and lines with their line ends; undefined if the file is missing or holds no line yet
 * @throws {LayerRotationError} INVALID_FILE, READ_FAILED
 */
export function lastLines(file: string, enough: number): Promise<{ header: string; lines: string[] } | undefined> {
  return reading(file, () =>
    ifPresent(() =>
      withRegular(file, async (handle) => {
        const { size } = await handle.stat()
        for (let length = usual; ; length *= 2) {
          const start = (await readAt(handle, 0, Math.min(length, size))).toString('utf8')
          const begin = Math.max(0, size - length)
          const end = (await readAt(handle, begin, size - begin)).toString('utf8')
          const headerEnd = start.indexOf('\n') + 1
          const lines = end.slice(0, end.lastIndexOf('\n') + 1).split(/(?<=\n)/)
          if (headerEnd > 0 && (begin === 0 || lines.length > enough)) {
            // The first line is the header, or the end of one.
            return { header: start.slice(0, headerEnd), lines: lines.slice(1) }
          }
          if (begin === 0) return undefined
          if (length >= most) {
            throw new LayerRotationError('INVALID_FILE', `${file}: found a line of more than ${most} bytes`)
          }
        }
      }),
    ),
  )
}
