import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { violationsIn } from '../../../scripts/cuda-standin/journal.mjs'
import { variables } from '../../../scripts/cuda-standin/variables.mjs'
import { program, type Ending } from '../../native/support/program.js'

/** The folder of the stand-in's programs, which `npm run cuda-standin` sets. */
const programs = process.env['LAYER_ROTATION_STANDIN_PROGRAMS'] ?? ''

/** Runs planted_faults.cu's program on two devices; returns its output and the violations that were reported. */
export async function plantedFault(name: string): Promise<{ stdout: string; violations: string[] }> {
  return withJournal((JOURNAL) => {
    const env = { ...process.env, ...variables({ JOURNAL, DEVICES: '2' }) }
    return spawnSync(join(programs, 'planted_faults'), [name], { env, encoding: 'utf8' })
  })
}

/** Runs `body` as a program, as test/native/support/program.ts does, with settings of the stand-in. */
export const onStandin = (
  body: string,
  settings: Record<string, string> = {},
): Promise<Ending & { violations: string[] }> =>
  withJournal((JOURNAL) => program(body, { limit: 120_000, env: variables({ JOURNAL, ...settings }) }))

/** The result of `work` with the violations that its processes wrote into the journal. */
async function withJournal<Result>(
  work: (journal: string) => Result | Promise<Result>,
): Promise<Result & { violations: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-standin-'))
  try {
    const journal = join(folder, 'journal')
    return { ...(await work(journal)), violations: [...violationsIn(journal).keys()] }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
