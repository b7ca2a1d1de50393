import { signalExitCode } from './exit-codes.js'

let whenLost: (exitCode: number) => void = (exitCode) => process.exit(exitCode)

/**
 * Ends the process when its output can no longer be written: silently if the reader has gone
 * (`layer-rotation info | head -1`), like a program that SIGPIPE ends; else, as with a full disk, with a message.
 */
export function watchOutput(): void {
  let lost = false
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (lost) return
      lost = true
      // Node ignores SIGPIPE and reports EPIPE instead; a closed terminal gives EIO.
      const readerGone = error.code === 'EPIPE' || error.code === 'EIO'
      if (!readerGone) process.stderr.write(`error: the output cannot be written: ${error.message}\n`)
      whenLost(readerGone ? signalExitCode('SIGPIPE') : 1)
    })
  }
}

/** Sets the handler for lost output; returns a function that restores the one before. */
export function onOutputLost(handler: (exitCode: number) => void): () => void {
  const before = whenLost
  whenLost = handler
  return () => {
    whenLost = before
  }
}

/** Writes lines to the standard output. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => line + '\n').join(''))
}
