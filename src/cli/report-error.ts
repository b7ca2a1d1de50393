import { inspect, styleText } from 'node:util'
import { LayerRotationError } from '../errors.js'

/**
 * Writes an error to the standard error: the message of a LayerRotationError, which says all there is to say; of any
 * other error also the stack, because it is a mistake of this program and not of its user. That a user stopped it is no
 * error to them.
 */
export function reportError(error: unknown): void {
  if (error instanceof LayerRotationError && error.code === 'INTERRUPTED') {
    process.stderr.write(`${error.message}\n`)
    return
  }
  const prefix = styleText('red', 'error:', { stream: process.stderr })
  if (error instanceof LayerRotationError) {
    process.stderr.write(`${prefix} ${error.message}\n`)
    return
  }
  process.stderr.write(
    `${prefix} ${inspect(error, { colors: false })}\n\n` +
      'This is a mistake in layer-rotation. Please report it with the lines above and what `layer-rotation info` prints.\n',
  )
}
