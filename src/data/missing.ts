import { LayerRotationError } from '../errors.js'
import type { SetName } from './catalog/set-names.js'

/** The error for a data set that is not there at all, as opposed to one that is damaged. */
export class MissingSet extends LayerRotationError {}

/**
 * Makes the error for a data set that is not there, with the two ways to bring it.
 *
 * @param title the name of the data set
 * @param problem a clause that says which file is missing in which folder
 * @param name the data set on the command line
 * @param content the files that the folder of data.folder may hold
 */
export function missing(title: string, problem: string, name: SetName, content: string): MissingSet {
  const ways = `run \`npx layer-rotation data get ${name}\`, or set data.folder to a folder with ${content}`
  return new MissingSet('MISSING_FILE', `${title} is missing: ${problem}; ${ways}`)
}
