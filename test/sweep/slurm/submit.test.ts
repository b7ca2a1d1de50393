import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSbatchOptions } from '../../../src/sweep/slurm/options.js'
import { planSubmission } from '../../../src/sweep/slurm/plan.js'
import { submit } from '../../../src/sweep/slurm/submit.js'
import { slurmTasks } from '../../../src/sweep/slurm/tasks.js'
import { pointState } from '../../../src/study/point-state.js'
import { main } from '../../cli/command-line.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { isSoon, slurm, startCluster, type Cluster } from './cluster.js'
import { smallStudy, type SmallStudy } from './small-study.js'

let cluster: Cluster | string

beforeAll(async () => {
  // Three tasks at most in an array.
  cluster = await startCluster(['MaxArraySize=4'])
}, 120_000)

afterAll(async () => {
  if (typeof cluster !== 'string') await cluster.stop()
})

const options = { options: [], program: main }

/** The states of the runs of a study, in the order of its points. */
const statesOf = (study: SmallStudy) =>
  Promise.all(study.points.map(async (point) => (await pointState(study.folder, point)).state))

test('tasks of Slurm train the points that need work, from a folder with an odd name', async ({ skip }) => {
  if (typeof cluster === 'string') return skip(cluster)
  const study = await smallStudy(join(temporaryFolder(), `a 100% "odd" study's`), [1, 2])
  const { jobs, points } = await submit(study, options)
  expect(points).toEqual(study.points.map(({ folder }) => folder))
  const [job] = jobs
  const { tasks } = await slurmTasks(study)
  expect(tasks.get(points[1]!)).toMatchObject({ id: `${job}_2`, isQueued: true, restarts: 0 })
  expect((await submit(study, options)).queued).toEqual(points)

  expect(await isSoon(() => slurm('squeue', '-h', '--states=PD,R,CG') === '', 60)).toBe(true)
  const log = tasks.get(points[0]!)!.log
  expect(readFileSync(log, 'utf8')).toContain('finished')
  expect(await statesOf(study)).toEqual(['finished', 'finished'])
  expect(await submit(study, options)).toMatchObject({ points: [], finished: points, jobs: [] })
  expect((await slurmTasks(study)).tasks.get(points[0]!)).toMatchObject({ isQueued: false })
}, 90_000)

test('more points than an array may have tasks become several arrays', async ({ skip }) => {
  if (typeof cluster === 'string') return skip(cluster)
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1, 2, 3, 4, 5, 6, 7])
  const held = { ...options, options: parseSbatchOptions('hold'), jobs: 4 }
  const { arrays, jobs } = await submit(study, held)
  expect(arrays.map(({ points }) => points.length)).toEqual([3, 3, 1])
  expect(arrays[0]!.script).toContain('#SBATCH --array=1-3%1\n')
  expect(jobs).toHaveLength(3)
  const { tasks } = await slurmTasks(study)
  expect(study.points.map(({ folder }) => tasks.get(folder)!.id)).toEqual([
    ...[1, 2, 3].map((task) => `${jobs[0]}_${task}`),
    ...[1, 2, 3].map((task) => `${jobs[1]}_${task}`),
    `${jobs[2]}_1`,
  ])
  expect(tasks.get(study.points[0]!.folder)).toMatchObject({ state: 'PENDING', reason: 'JobHeldUser' })
  // One that left the queue is submitted again, alone.
  slurm('scancel', `${jobs[1]}_2`)
  expect((await submit(study, held)).points).toEqual([study.points[4]!.folder])
  slurm('scancel', ...jobs.map(String))
}, 60_000)

test('a refused submission leaves nothing but its message', async ({ skip }) => {
  if (typeof cluster === 'string') return skip(cluster)
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1])
  const refused = { ...options, options: parseSbatchOptions('partition=missing') }
  expect(await failure(() => submit(study, refused))).toMatch(
    /^SLURM_FAILED: sbatch refused: .*invalid partition specified: missing/s,
  )
  expect(readdirSync(join(study.folder, 'slurm'))).toEqual([])
})

test('a dry run shows the script and submits nothing', async ({ skip }) => {
  if (typeof cluster === 'string') return skip(cluster)
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1, 2])
  const { arrays, notes } = await planSubmission(study, options)
  expect(arrays[0]!.script).toContain('#SBATCH --array=1-2\n')
  expect(notes).toEqual([])
  expect(readdirSync(study.folder)).not.toContain('slurm')
})
