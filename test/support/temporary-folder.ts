import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new empty folder, which is deleted when the test ends. @param parent the folder that it is made in */
export function temporaryFolder(parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'layer-rotation-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
