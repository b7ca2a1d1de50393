import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { arrayScript, type ArrayJob } from '../../../src/sweep/slurm/script.js'
import { packageVersion } from '../../../src/version.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const job: ArrayJob = {
  name: 'rates',
  study: '/home/me/runs/rates',
  workingFolder: '/home/me',
  logs: '/home/me/runs/rates/slurm',
  list: '/home/me/runs/rates/slurm/20261123-052233-7f3a90.txt',
  size: 12,
  options: [
    { name: 'partition', value: 'gpu' },
    { name: 'exclusive', value: null },
    { name: 'comment', value: 'for & me' },
  ],
  program: ['/usr/bin/node', '/home/me/node_modules/layer-rotation/dist/cli/main.js'],
  words: ['--accept', 'cpu,threads'],
}

test('the script', () => {
  expect(arrayScript(job)).toBe(`#!/bin/sh
# Trains points of the study rates: task n takes the point in line n of the list below, and resumes it if it has begun.
# layer-rotation ${packageVersion()} wrote this file; \`sbatch\` with it submits the same tasks again.
#SBATCH --job-name=rates
#SBATCH --array=1-12
#SBATCH --chdir=/home/me
#SBATCH --output=/home/me/runs/rates/slurm/%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@120
#SBATCH --partition=gpu
#SBATCH --exclusive
#SBATCH --comment="for & me"

point=$(sed -n "\${SLURM_ARRAY_TASK_ID}p" /home/me/runs/rates/slurm/20261123-052233-7f3a90.txt)
# exec replaces this shell by the program, which so receives the signals of Slurm.
exec /usr/bin/node /home/me/node_modules/layer-rotation/dist/cli/main.js sweep-point /home/me/runs/rates "$point" --accept cpu,threads
`)
  expect(arrayScript({ ...job, jobs: 4 })).toContain('#SBATCH --array=1-12%4\n')
})

test('a shell gives the program its arguments as they are, whatever the paths', () => {
  const folder = join(temporaryFolder(), `a $HOME \`id\` 50% "b" it's #1`)
  mkdirSync(folder)
  const program = join(folder, 'print.mjs')
  writeFileSync(program, 'console.log(JSON.stringify(process.argv.slice(2)))')
  const list = join(folder, 'points.txt')
  writeFileSync(list, 'seed-1_a\nseed-2_b\n')
  const script = arrayScript({
    ...job,
    study: folder,
    logs: folder,
    list,
    program: [process.execPath, program],
    words: [],
  })
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: '2' }
  const output = execFileSync('sh', ['-c', script], { encoding: 'utf8', env })
  expect(JSON.parse(output)).toEqual(['sweep-point', folder, 'seed-2_b'])
  expect(script).toContain('50%% \\"b\\" it\'s #1/%A_%a.log"\n')
})

test.each([
  [{ logs: '/a\\b' }, 'the path contains a backslash'],
  [{ logs: '/a\nb' }, 'the path contains a control character'],
  [{ workingFolder: '/a\nb' }, 'the path contains a control character'],
  [{ study: '/a\u0007b' }, 'the path contains a control character'],
])('paths that cannot stand in a script are refused: %j', async (paths, problem) => {
  expect(await failure(() => arrayScript({ ...job, ...paths }))).toContain(problem)
})
