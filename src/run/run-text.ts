import { readText } from '../files/read-text.js'
import { reading } from '../files/reading.js'

/** Reads a text file of a run folder. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
export function runText(file: string): Promise<string> {
  return reading(file, () => readText(file), 'a run folder with this file')
}
