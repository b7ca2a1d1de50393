import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tasksIn } from '../../../src/sweep/slurm/queue.js'
import { failure } from '../../support/failure.js'

/**
 * The answer of Slurm 22.05.8 on an array of nine tasks, at most three at once, of which 2 was queued again and 3 and 6 were
 * cancelled; on an array of 600 that is held, of which the even ones to 40 were cancelled; and on a job without an array.
 */
const recorded = readFileSync(new URL('squeue-22.05.txt', import.meta.url), 'utf8')

test('the tasks of an answer of Slurm 22.05', () => {
  const tasks = tasksIn(recorded, 'rates')
  const first = tasks.filter(({ job }) => job === 1).sort((a, b) => a.task - b.task)
  const running = { job: 1, state: 'RUNNING', reason: '', restarts: 0 }
  const waiting = { job: 1, state: 'PENDING', reason: 'JobArrayTaskLimit', restarts: 0 }
  expect(first).toEqual([
    { ...running, task: 1 },
    { ...waiting, task: 2, restarts: 1 },
    { ...running, task: 4 },
    { ...running, task: 5 },
    ...[7, 8, 9].map((task) => ({ ...waiting, task })),
  ])
  const held = tasks.filter(({ job }) => job === 2)
  expect(held).toHaveLength(580)
  expect(held[0]).toEqual({ job: 2, task: 1, state: 'PENDING', reason: 'JobHeldUser', restarts: 0 })
  expect(held.map(({ task }) => task)).not.toContain(40)
  expect(tasksIn(recorded, 'other')).toEqual([])
})

/** An answer in the form of Slurm 23.11 and later, which wraps numbers and lists states. */
const later = (job: object): string =>
  JSON.stringify({
    jobs: [
      {
        name: 'rates',
        array_job_id: { set: true, infinite: false, number: 12 },
        array_task_id: { set: false, infinite: false, number: 0 },
        array_task_string: '',
        job_state: ['PENDING'],
        state_reason: 'Priority',
        restart_cnt: 2,
        ...job,
      },
    ],
  })

test.each([
  [{ array_task_id: { set: true, infinite: false, number: 3 } }, [3]],
  [{ array_task_string: '1-3,7,10-20:5%4' }, [1, 2, 3, 7, 10, 15, 20]],
  [{ array_task_id: '4-5%2', array_task_string: null }, [4, 5]],
  [{ array_task_string: '1-3,…' }, [1, 2, 3]],
  [{ array_task_string: '1-3', job_state: ['CANCELLED', 'COMPLETING'] }, []],
  [{ array_task_string: '1', job_state: ['PENDING', 'PREEMPTED', 'REQUEUED'] }, [1]],
  [{ array_task_string: '1-3', array_job_id: { set: false, infinite: false, number: 0 } }, []],
])('the tasks of an answer of a later version with %j', (job, tasks) => {
  expect(tasksIn(later(job), 'rates')).toEqual(
    tasks.map((task) => ({ job: 12, task, state: 'PENDING', reason: 'Priority', restarts: 2 })),
  )
})

test.each([
  ['', 'squeue --json gave an answer that is not known here; expected JSON'],
  ['JOBID PARTITION', 'expected JSON'],
  ['{"jobs": [{"job_id": 1}]}', 'squeue --json gave an answer that is not known here: jobs.0.'],
])('an answer that is not known: %j', async (text, problem) => {
  expect(await failure(() => tasksIn(text, 'rates'))).toContain(problem)
})
