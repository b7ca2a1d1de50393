import { fstatSync } from 'node:fs'
import { writeFailed } from '../files/write.js'
import { printableLines } from '../printable.js'
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
      // Node ignores SIGPIPE and reports EPIPE instead; a closed terminal gives EIO, and so does a disk that fails.
      const readerGone = error.code === 'EPIPE' || (error.code === 'EIO' && !isFile(stream.fd))
      if (!readerGone) process.stderr.write(`error: ${writeFailed('the output', error).message}\n`)
      whenLost(readerGone ? signalExitCode('SIGPIPE') : 1)
    })
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile()
  } catch {
    return false
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
  process.stdout.write(lines.map((line) => harmless(line) + '\n').join(''))
}

/** The sequences that this program writes into its lines: colours and weights, and links to files. */
const ownSequences = /(\u001b\[\d+m|\u001b\]8;;(?:file:[!-~]*)?\u001b\\)/

/**
 * A line without control characters but those of this program's own styles. This is the last line of defence: text from files
 * passes through printable() where it becomes part of a line, so that it has no styles either.
 */
export function harmless(line: string): string {
  const parts = line.split(ownSequences)
  return parts.map((part, index) => (index % 2 === 1 ? part : printableLines(part))).join('')
}
