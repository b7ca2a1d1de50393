import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { planSubmission } from '../../../src/sweep/slurm/plan.js'
import { submit } from '../../../src/sweep/slurm/submit.js'
import { slurmTasks } from '../../../src/sweep/slurm/tasks.js'
import { thisTask } from '../../../src/sweep/slurm/this-task.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { smallStudy } from './small-study.js'

const options = { options: [], program: '/program/main.js' }

beforeEach(() => void vi.stubEnv('PATH', ['/nowhere', '/nowhere-else'].join(delimiter)))
afterEach(() => void vi.unstubAllEnvs())

test('submitting says which command is missing', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1])
  expect(await failure(() => submit(study, options))).toBe(
    'SLURM_FAILED: scontrol was not found: --on slurm needs the commands of Slurm; run it on a login node of the cluster, or add their folder to PATH',
  )
})

test('a dry run shows the scripts, for the array size that Slurm has by default', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1, 2])
  const { arrays, points, notes } = await planSubmission(study, { ...options, retry: true, accept: ['cpu'] })
  expect(points).toEqual(study.points.map(({ folder }) => folder))
  expect(arrays.map(({ job }) => job.size)).toEqual([2])
  expect(arrays[0]!.script).toMatch(/ sweep-point .*"\$point" --retry --accept cpu\n$/)
  expect(notes).toEqual([
    expect.stringMatching(/^the size that arrays may have is not known, and taken to be 1000: scontrol was not found/),
  ])
})

test('a run that cannot be read keeps the other points from nothing', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1, 2])
  const [first, second] = study.points.map(({ folder }) => folder)
  mkdirSync(join(study.folder, first!))
  for (const file of ['config.json', 'metrics.csv']) writeFileSync(join(study.folder, first!, file), 'nonsense')
  const { points, failed, notes } = await planSubmission(study, options)
  expect(points).toEqual([second])
  expect(failed).toEqual([first])
  expect(notes[0]).toMatch(new RegExp(`^${first!} cannot be read: .*config.json`))
})

test('the queue is unknown where squeue is missing, and the submissions are not', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1, 2])
  const [first, second] = study.points.map(({ folder }) => folder)
  expect(await slurmTasks(study)).toEqual({ tasks: new Map() })
  submitted(study.folder, '20261123-052233-7f3a90', 17, `${first}\n${second}\n`)
  submitted(study.folder, '20261124-052233-7f3a90', 18, `${second}\n`)
  const { tasks, note } = await slurmTasks(study)
  expect(note).toMatch(/^the queue of Slurm is not known: squeue was not found/)
  expect(tasks.get(first!)).toMatchObject({ id: '17_1', isQueued: undefined })
  expect(tasks.get(second!)).toEqual({ id: '18_1', log: join(study.folder, 'slurm', '18_1.log') })
})

test('nothing is submitted while it is not known what is queued', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1, 2])
  submitted(study.folder, 'a', 17, `${study.points[0]!.folder}\n`)
  expect(await failure(() => submit(study, options))).toMatch(
    /^SLURM_FAILED: the queue of Slurm is not known: .*; points that were submitted before may be queued, so nothing was/,
  )
})

test('a record or a list that was changed is named, and the others count', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1])
  submitted(study.folder, 'a', 17, 'seed-1\n$(id)\n')
  expect((await slurmTasks(study)).note).toMatch(/a\.txt: line 2 is "\$\(id\)"/)
  writeFileSync(join(study.folder, 'slurm', 'a.json'), '{"format": 1, "job": "x", "submittedAt": ""}')
  expect(await slurmTasks(study)).toEqual({
    tasks: new Map(),
    note: expect.stringMatching(/a\.json: job is "x"/) as unknown,
  })
  expect(await failure(() => submit(study, options))).toMatch(/^SLURM_FAILED: .*a\.json: job is "x"/)
})

test('the task of this process', () => {
  expect(thisTask({})).toBeUndefined()
  expect(thisTask({ SLURM_JOB_ID: '20' })).toEqual({ id: '20', cpus: undefined })
  const array = { SLURM_JOB_ID: '20', SLURM_ARRAY_JOB_ID: '17', SLURM_ARRAY_TASK_ID: '3', SLURM_CPUS_ON_NODE: '8' }
  expect(thisTask(array)).toEqual({ id: '17_3', cpus: 8 })
  expect(thisTask({ ...array, SLURM_CPUS_PER_TASK: '4' })).toEqual({ id: '17_3', cpus: 4 })
})

/** Writes what a submission leaves. */
function submitted(study: string, name: string, job: number, list: string): void {
  const folder = join(study, 'slurm')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.txt`), list)
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ format: 1, job, submittedAt: '2026-11-23T05:22:33Z' }))
}
