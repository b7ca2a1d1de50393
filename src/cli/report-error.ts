import { inspect, styleText } from 'node:util'
import { LayerRotationError } from '../errors.js'
import { printableLines } from '../printable.js'

/**
 * Writes an error to the standard error. The message of a LayerRotationError is complete; any other error is a bug of this
 * program, so its stack follows. A stop that the user asked for is shown without "error:".
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
    `${prefix} ${printableLines(inspect(error, { colors: false }))}\n\n` +
      'This is a bug in layer-rotation. Please report it with the lines above and the output of `layer-rotation info`.\n',
  )
}
