import { LayerRotationError } from '../errors.js'

/** That a data set is not there at all, as opposed to one that is damaged. */
export class MissingSet extends LayerRotationError {}

/**
 * The error for a data set that is not there: what to run, and what may be put where instead.
 *
 * @param title of the data set
 * @param problem what is missing where
 * @param name on the command line
 * @param content what may lie in the folder that data.folder names
 */
export function missing(title: string, problem: string, name: string, content: string): MissingSet {
  const ways = `run \`npx layer-rotation data get ${name}\`, or set data.folder to a folder with ${content}`
  return new MissingSet('MISSING_FILE', `${title} is missing: ${problem}; ${ways}`)
}
