import { closeSync } from 'node:fs'
import { isatty } from 'node:tty'

/**
 * Lets this process exit after its terminal has vanished; to be called first. Node restores the settings of the terminals
 * among its standard streams when it exits, and aborts if one of them no longer exists; closed streams it passes over.
 */
export function outliveTerminal(): void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor))
  process.on('exit', () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor)
  })
}
