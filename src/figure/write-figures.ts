import { join } from 'node:path'
import { makeOwnFolder } from '../files/own-folder.js'
import { writeWhole } from '../files/write.js'
import type { Figure } from './figure.js'
import { svgToPng } from './png.js'

/**
 * Writes each figure as <name>.svg and, at twice its size in pixels, <name>.png.
 *
 * @throws {LayerRotationError} INVALID_FILE if the folder is a link, WRITE_FAILED
 */
export async function writeFigures(figures: readonly Figure[], folder: string): Promise<void> {
  await makeOwnFolder(folder)
  for (const { name, svg } of figures) {
    await writeWhole(join(folder, `${name}.svg`), svg)
    await writeWhole(join(folder, `${name}.png`), await svgToPng(svg))
  }
}
