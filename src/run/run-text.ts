import { ifPresent } from '../files/if-present.js'
import { readText } from '../files/read-text.js'
import { reading } from '../files/reading.js'

/** Reads a text file of a run folder. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
export function runText(file: string): Promise<string> {
  return reading(file, () => readText(file), 'a run folder with this file')
}

/** Reads a text file that a run folder may lack: undefined if so. @throws {LayerRotationError} INVALID_FILE */
export function runTextIfPresent(file: string): Promise<string | undefined> {
  return reading(file, () => ifPresent(() => readText(file)))
}
