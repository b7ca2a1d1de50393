import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { main } from '../cli/command-line.js'
import { isSoon, slurm, startCluster, type Cluster } from '../sweep/slurm/cluster.js'
import { expectWholeRun, folderWith, longExperiment, onlyRun, untilEpoch } from './processes-experiment.js'

let cluster: Cluster | string

beforeAll(async () => {
  cluster = await startCluster()
}, 240_000)

afterAll(async () => {
  if (typeof cluster !== 'string') await cluster.stop()
  vi.unstubAllEnvs()
})

test('srun starts 2 tasks on two nodes; once one is killed, the next step of the job goes on', async ({ skip }) => {
  if (typeof cluster === 'string') return skip(cluster)
  const cwd = folderWith(longExperiment)
  mkdirSync(join(cwd, 'logs'))
  const script = join(cwd, 'job.sh')
  const lines = [
    '#!/bin/bash',
    '#SBATCH --nodes=2 --ntasks=2 --ntasks-per-node=1 --output=logs/%j.txt --open-mode=append',
    'export MASTER_ADDR=127.0.0.1 OMP_NUM_THREADS=1', // the nodes have no addresses of their own
    `for try in 1 2; do srun ${process.execPath} ${main} run mine.json --processes slurm --resume auto && break; done`,
    'echo "ended with $?"',
  ]
  writeFileSync(script, `${lines.join('\n')}\n`)
  const job = slurm('sbatch', '--parsable', `--chdir=${cwd}`, script).trim()
  const log = () =>
    readdirSync(join(cwd, 'logs'))
      .map((name) => readFileSync(join(cwd, 'logs', name), 'utf8'))
      .join('')
  await untilEpoch(cwd, 2)
  process.kill(taskWith(1, job), 'SIGKILL')
  expect(await isSoon(() => log().includes('ended with 0'), 180), log()).toBe(true)
  expect(log()).toMatch(
    /error: rank 1 of 2 \(\S+, process \d+\) has ended or does not answer\. Its newest checkpoint is after/,
  )
  expect((await onlyRun(cwd)).environment).toMatchObject({ processes: 2, resumed: [expect.anything()] })
  await expectWholeRun(cwd)
}, 400_000)

/** The process of a task of a job. */
function taskWith(rank: number, job: string): number {
  const isTask = (pid: string) => {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1]
      return program === main && variables.includes(`SLURM_PROCID=${rank}`) && variables.includes(`SLURM_JOB_ID=${job}`)
    } catch {
      return false
    }
  }
  return Number(readdirSync('/proc').find(isTask))
}
