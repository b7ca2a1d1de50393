import { execFile } from 'node:child_process'
import { LayerRotationError } from '../../errors.js'
import { printableLines } from '../../printable.js'
import { systemReason } from '../../files/system-error.js'

export interface SlurmCommandOptions {
  /** Environment variables that replace those of this process; undefined removes one. */
  env?: NodeJS.ProcessEnv | undefined
  /** Ends the command with INTERRUPTED. */
  signal?: AbortSignal | undefined
  /** Milliseconds after which a command that only asks is ended: none of Slurm's waits for ever, but some for minutes. */
  timeout?: number | undefined
}

/** The most bytes of an answer: all jobs of a large cluster. */
const largestAnswer = 2 ** 28

/**
 * Runs one of Slurm's commands.
 *
 * @returns its standard output
 * @throws {LayerRotationError} SLURM_FAILED if it is missing, or with what it says if it refuses; INTERRUPTED
 */
export function slurmCommand(
  program: 'sbatch' | 'scontrol' | 'squeue',
  words: readonly string[],
  { env, signal, timeout }: SlurmCommandOptions = {},
): Promise<string> {
  const options = { env: { ...process.env, ...env }, signal, timeout, maxBuffer: largestAnswer }
  return new Promise((resolve, reject) => {
    execFile(program, words, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      reject(signal?.aborted ? stopped(program) : failed(program, error, stderr.trim(), timeout))
    })
  })
}

const stopped = (program: string) => new LayerRotationError('INTERRUPTED', `stopped while ${program} worked`)

function failed(program: string, error: Error, stderr: string, timeout?: number): LayerRotationError {
  const { code, killed } = error as { code?: unknown; killed?: boolean }
  const problem = (text: string) => new LayerRotationError('SLURM_FAILED', text, { cause: error })
  if (code === 'ENOENT') {
    return problem(
      `${program} was not found: --on slurm needs the commands of Slurm; run it on a login node of the cluster, or add their folder to PATH`,
    )
  }
  if (killed && timeout !== undefined) return problem(`${program} did not answer within ${timeout / 1000} seconds`)
  if (stderr === '')
    return problem(`${program} failed: ${typeof code === 'number' ? `it ended with ${code}` : systemReason(error)}`)
  return problem(`${program} refused: ${printableLines(stderr)}`)
}
