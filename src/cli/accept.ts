import { LayerRotationError } from '../errors.js'
import { differenceNames, type Difference } from '../train/differences.js'
import { suggestion } from '../validation/nearest.js'

/** The option for what may be otherwise when a run goes on. */
export const acceptOption = {
  type: 'string',
  requiresArg: true,
  describe: `What may differ from before the interruption, though the numbers then do, too: of ${differenceNames.join(',')}`,
  defaultDescription: 'nothing',
  coerce: parse,
} as const

function parse(list: string): Difference[] {
  return list.split(',').map((word) => {
    const known = differenceNames.find((name) => name === word)
    if (known !== undefined) return known
    const message = `--accept knows no ${JSON.stringify(word)}${suggestion(word, differenceNames)}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  })
}
