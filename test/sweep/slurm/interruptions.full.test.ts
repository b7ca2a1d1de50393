import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listCheckpoints } from '../../../src/run/checkpoint-folders.js'
import { runFolder } from '../../../src/study/ledger.js'
import { pointState } from '../../../src/study/point-state.js'
import { submit } from '../../../src/sweep/slurm/submit.js'
import { slurmTasks, type SlurmTask } from '../../../src/sweep/slurm/tasks.js'
import { train } from '../../../src/train/train.js'
import { main } from '../../cli/command-line.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { measured } from '../../train/killed-run.js'
import { slurm, startCluster, type Cluster } from './cluster.js'
import { smallStudy, type SmallStudy } from './small-study.js'

let cluster: Cluster | string

beforeAll(async () => {
  cluster = await startCluster([
    'PreemptType=preempt/partition_prio',
    'PreemptMode=REQUEUE',
    'PartitionName=urgent Nodes=n1,n2 PriorityTier=10 MaxTime=INFINITE State=UP',
  ])
})

afterAll(async () => {
  if (typeof cluster !== 'string') await cluster.stop()
})

const options = { options: [], program: main }

/** Some seconds of training, with a checkpoint every 0.3 seconds. */
const long = { epochs: 800, record: { steps: 1 }, checkpoint: { everyMinutes: 0.005 } } as const

test('tasks that are killed, warned of their end, pre-empted, cancelled or lost with their node end with the bits of whole runs', async ({
  skip,
}) => {
  if (typeof cluster === 'string') return skip(cluster)
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1, 2, 3, 4, 5, 6], long)
  await submit(study, options)
  await eachStopped(study)
  const byNode = (node: string) =>
    study.points.map(({ folder }) => folder).filter((point) => nodes(study)[point] === node)
  const [killed, warned, preempted] = byNode('n1') as [string, string, string]
  const [cancelled, drained, lost] = byNode('n2') as [string, string, string]
  const first = (await slurmTasks(study)).tasks
  const idOf = (point: string) => first.get(point)!.id

  // Nothing begins on a node that is drained, whose tasks go on.
  slurm('scontrol', 'update', 'NodeName=n2', 'State=DRAIN', 'Reason=test')
  slurm('scancel', '--batch', '--signal=CONT', idOf(drained))
  slurm('scancel', '--batch', '--signal=KILL', idOf(killed))
  slurm('scancel', idOf(cancelled))
  // Its time ends soon, of which Slurm warns it.
  slurm('scontrol', 'update', `JobId=${idOf(warned)}`, 'TimeLimit=2')
  await until(study, (tasks) => tasks.get(warned)!.restarts === 1)
  slurm('sbatch', '--partition=urgent', '--nodelist=n1', '--ntasks=3', '--output=/dev/null', '--wrap=exec sleep 2')
  await until(study, (tasks) => !tasks.get(drained)!.isQueued && tasks.get(preempted)!.restarts === 1)
  slurm('scontrol', 'update', 'NodeName=n2', 'State=DOWN', 'Reason=test')
  await until(study, (tasks) => tasks.get(lost)!.restarts === 1)

  const { tasks } = await slurmTasks(study)
  expect([killed, cancelled, drained].map((point) => tasks.get(point)!.isQueued)).toEqual([false, false, false])
  // Slurm queues the task of a lost node again before its process has gone.
  await expect
    .poll(() => statesOf(study), { timeout: 60_000, interval: 200 })
    .toEqual({
      [killed]: 'interrupted',
      [warned]: 'interrupted',
      [preempted]: 'interrupted',
      [cancelled]: 'interrupted',
      [drained]: 'finished',
      [lost]: 'interrupted',
    })
  // Only after a warning the task itself asks to be queued again.
  const asked = study.points.filter(({ folder }) => logOf(tasks.get(folder)!).includes('queued    again as'))
  expect(asked.map(({ folder }) => folder)).toEqual([warned])

  const { points, queued } = await submit(study, options)
  expect(new Set(points)).toEqual(new Set([killed, cancelled]))
  expect(new Set(queued)).toEqual(new Set([warned, preempted, lost]))
  await until(study, (tasks) => {
    const waiting = [...tasks.values()].filter(({ isQueued }) => isQueued)
    // Slurm would hold them for two minutes.
    for (const { id, reason } of waiting) {
      if (reason === 'BeginTime') slurm('scontrol', 'update', `JobId=${id}`, 'StartTime=now', 'TimeLimit=UNLIMITED')
    }
    return waiting.length === 0
  })
  expect(new Set(Object.values(await statesOf(study)))).toEqual(new Set(['finished']))
  expect(logOf(tasks.get(warned)!)).toContain('resumed   after')

  for (const { folder, experiment } of study.points) {
    const whole = join(temporaryFolder(), folder)
    await train(experiment, { folder: whole })
    const expected = measured(whole)
    expect(expected.size).toBeGreaterThan(5)
    const found = measured(join(study.folder, folder))
    for (const [file, content] of expected) expect(found.get(file) === content, `${file} of ${folder}`).toBe(true)
  }
})

/** Lets each task write a checkpoint and stops it there, so that none ends before the test comes to it. */
async function eachStopped(study: SmallStudy): Promise<void> {
  const left = new Set(study.points)
  for (const end = Date.now() + 120_000; left.size > 0; await setTimeout(50)) {
    if (Date.now() > end) throw new Error('a task did not begin')
    const { tasks } = await slurmTasks(study)
    for (const point of left) {
      const checkpoints = join(runFolder(study.folder, point), 'checkpoints')
      if (!existsSync(checkpoints) || (await listCheckpoints(checkpoints)).length === 0) continue
      slurm('scancel', '--batch', '--signal=STOP', tasks.get(point.folder)!.id)
      left.delete(point)
    }
  }
}

/** Waits until something holds of the tasks of a study. */
async function until(study: SmallStudy, holds: (tasks: Map<string, SlurmTask>) => boolean): Promise<void> {
  for (const end = Date.now() + 120_000; !holds((await slurmTasks(study)).tasks); await setTimeout(200)) {
    if (Date.now() > end) throw new Error(`not reached: ${holds.toString()}\n${slurm('squeue')}`)
  }
}

/** The node of each task that runs, by its point. */
function nodes(study: SmallStudy): Record<string, string> {
  const lines = slurm('squeue', '-h', '-o', '%K %N').trim().split('\n')
  return Object.fromEntries(
    lines.map((line) => line.split(' ')).map(([task, node]) => [study.points[Number(task) - 1]!.folder, node!]),
  )
}

async function statesOf(study: SmallStudy): Promise<Record<string, string>> {
  const states = study.points.map(async (point) => [point.folder, (await pointState(study.folder, point)).state])
  return Object.fromEntries(await Promise.all(states)) as Record<string, string>
}

const logOf = ({ log }: SlurmTask): string => readFileSync(log, 'utf8')
