import { LayerRotationError } from '../errors.js'

/**
 * The error for a data set that is not there: what to run, and what may be put where instead.
 *
 * @param title of the data set
 * @param problem what is missing where
 * @param name on the command line
 * @param content what may lie in the folder that data.folder names
 */
export function missing(title: string, problem: string, name: string, content: string): LayerRotationError {
  const ways = `run \`npx layer-rotation data get ${name}\`, or set data.folder to a folder with ${content}`
  return new LayerRotationError('MISSING_FILE', `${title} is missing: ${problem}; ${ways}`)
}
