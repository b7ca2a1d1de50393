import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExperimentConfig } from '../../src/experiment/config.js'

/** The moment at which a process is killed. */
export type Moment =
  /** A number of milliseconds after its first step. */
  | { type: 'time'; after: number }
  /** The n-th temporary file or folder appears in a folder of the run, such as a part that is being written. */
  | { type: 'write'; folder: 'checkpoints' | 'steps'; n: number }

const program = fileURLToPath(new URL('run-or-resume.mjs', import.meta.url))

/** Trains in a folder or resumes there. @returns true if the process was killed before it ended */
export async function runUntil(folder: string, config: ExperimentConfig, moment?: Moment): Promise<boolean> {
  const child = spawn(process.execPath, [program, folder, JSON.stringify(config)])
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const ended = new Promise<string | number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  const kill = () => void child.kill('SIGKILL')
  if (moment) child.stdout.once('data', () => void killAt(folder, moment, kill))
  const outcome = await ended
  if (outcome === 'SIGKILL') return true
  if (outcome !== 0) throw new Error(`ended with ${outcome}: ${errors}`)
  return false
}

async function killAt(folder: string, moment: Moment, kill: () => void): Promise<void> {
  if (moment.type === 'time') {
    await setTimeout(moment.after)
    return kill()
  }
  let left = moment.n
  const watcher = watch(join(folder, moment.folder), (_, name) => {
    if (!name?.endsWith('.tmp') || --left > 0) return
    watcher.close()
    kill()
  }).unref()
}

/** All that a run measured, by file; of metrics.csv without times and memory, which never repeat. */
export function measured(folder: string): Map<string, string> {
  const steps = existsSync(join(folder, 'steps')) ? readdirSync(join(folder, 'steps')) : []
  const weights = ['initial', 'best', 'last', 'average'].map((name) => join('checkpoints', name, 'model.safetensors'))
  const files = [
    'metrics.csv',
    'rotation.csv',
    'layers.csv',
    ...weights,
    ...steps.sort().map((name) => join('steps', name)),
  ]
  return new Map(
    files
      .filter((file) => existsSync(join(folder, file)))
      .map((file) => {
        const content = readFileSync(join(folder, file), 'latin1')
        return [file, file === 'metrics.csv' ? repeatable(content) : content]
      }),
  )
}

const unrepeatable = new Set(['seconds', 'examples_per_second', 'peak_memory'])

function repeatable(csv: string): string {
  const lines = csv.split('\n').map((line) => line.split(','))
  const columns = lines[0]!
  return lines.map((cells) => cells.filter((_, column) => !unrepeatable.has(columns[column]!)).join()).join('\n')
}
