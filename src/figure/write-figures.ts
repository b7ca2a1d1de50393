import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole, writing } from '../files/write.js'
import type { Figure } from './figure.js'
import { svgToPng } from './png.js'

/**
 * Writes each figure as <name>.svg and, at twice its size in pixels, <name>.png.
 *
 * @throws {LayerRotationError} WRITE_FAILED
 */
export async function writeFigures(figures: readonly Figure[], folder: string): Promise<void> {
  await writing(folder, () => mkdir(folder, { recursive: true }))
  for (const { name, svg } of figures) {
    await writeWhole(join(folder, `${name}.svg`), svg)
    await writeWhole(join(folder, `${name}.png`), await svgToPng(svg))
  }
}
