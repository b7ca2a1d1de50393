import { LayerRotationError } from '../errors.js'
import { differenceNames, type Difference } from '../train/differences.js'
import { suggestion } from '../validation/nearest.js'

/** The option that names the differences under which a run may still be resumed. */
export const acceptOption = {
  type: 'string',
  requiresArg: true,
  describe: `Resume although these differ, and with other numbers than without the interruption: any of ${differenceNames.join(',')}`,
  defaultDescription: 'nothing',
  coerce: parse,
} as const

function parse(list: string): Difference[] {
  return list.split(',').map((word) => {
    const known = differenceNames.find((name) => name === word)
    if (known !== undefined) return known
    const message = `--accept: ${JSON.stringify(word)} is not a difference that can be accepted${suggestion(word, differenceNames)}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  })
}
