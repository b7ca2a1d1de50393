import { cpSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { followCheckpoints, type FollowOptions } from '../../src/measure/follow-checkpoints.js'
import { measureCheckpoints } from '../../src/measure/measure-checkpoints.js'
import type { CheckpointSeries } from '../../src/measure/series-measurement.js'
import { written } from '../checkpoints/written/expected.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { startTrainer } from './trainer.js'

/** Follows a folder, and gives the next series, and what it has said so far. */
function follow(folder: string, options: FollowOptions = {}) {
  const notes: string[] = []
  const waits: string[] = []
  const controller = new AbortController()
  const series = followCheckpoints(folder, {
    interval: 20,
    signal: controller.signal,
    onNote: (note) => notes.push(note),
    onWait: (reason) => waits.push(reason),
    ...options,
  })
  onTestFinished(async () => {
    controller.abort()
    await series.return(undefined as never).catch(() => undefined)
  })
  return {
    next: async (): Promise<CheckpointSeries> => (await series.next()).value,
    notes,
    waits,
    stop: () => controller.abort(),
  }
}

const weights = (...data: number[]) => ({ 'a.weight': data, 'b.weight': [1, ...data] })

/** The paths of this process's open files in a folder, those of deleted ones included. */
const openIn = (folder: string): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path.slice(folder.length + 1)] : []
    } catch {
      return [] // that of the list itself
    }
  })

test('each checkpoint is measured when it is whole, as measureCheckpoints does it', async () => {
  const folder = join(temporaryFolder(), 'output')
  const { next, waits } = follow(folder)
  const first = next()
  await expect.poll(() => waits.at(-1)).toContain(`${folder} does not exist`)
  mkdirSync(folder)
  await expect.poll(() => waits.at(-1)).toBe('the first checkpoint is not there yet')
  const trainer = startTrainer(folder)
  await trainer('write', 'step9.safetensors', weights(1, 0))
  expect((await first).checkpoints.map(({ step }) => step)).toEqual([9])
  const second = next()
  await trainer('write', 'step10.safetensors', weights(1, 1))
  expect((await second).checkpoints.map(({ step }) => step)).toEqual([9, 10])
  const third = next()
  await trainer('write', 'step11.safetensors', weights(0, 1))
  const series = await third
  expect(series).toEqual(await measureCheckpoints(folder))
  expect(waits).toContain('the next checkpoint is not there yet')
})

test('what is there at the start is measured in the order of training', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  for (const step of [10, 9, 100]) await trainer('write', `step${step}.safetensors`, weights(1, step))
  await trainer('write', 'last.safetensors', weights(1, 100))
  const { next, notes } = follow(folder)
  expect((await next()).checkpoints.map(({ step }) => step)).toEqual([9])
  expect((await next()).checkpoints.map(({ step }) => step)).toEqual([9, 10])
  expect(await next()).toEqual(
    await measureCheckpoints(folder).then((series) => ({ ...series, notes: expect.anything() as string[] })),
  )
  expect(notes).toEqual([`${join(folder, 'last.safetensors')} is left out: no step is in its name`])
})

test('distributed checkpoints are followed', async () => {
  const folder = temporaryFolder()
  const { next } = follow(folder)
  let series: CheckpointSeries | undefined
  for (const step of ['step0', 'step10', 'step20']) {
    cpSync(written(`distributed-rows/${step}`), join(folder, step), { recursive: true })
    series = await next()
  }
  expect(series!.table).toEqual((await measureCheckpoints(folder)).table)
  expect(series!.notes).toEqual([])
})

test('the first checkpoint and the one before may be deleted, and are let go at the end', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  const { next, notes, stop } = follow(folder)
  for (const [step, data] of [
    [1, 0],
    [2, 1],
    [3, 2],
  ] as const) {
    await trainer('write', `checkpoint-${step}/model.safetensors`, weights(1, data))
    const { checkpoints, table } = await next()
    expect(checkpoints).toHaveLength(step)
    // Between (1, 0) and (1, 1) are 45°, and to (1, 2) atan 2.
    expect(table.layer('a').at(-1)).toBeCloseTo(1 - Math.cos(Math.atan(data)), 6)
    if (step > 1) expect(table.layer('a', 'relative_update').at(-1)).toBeCloseTo([1, Math.SQRT1_2][step - 2]!, 6)
    await trainer('delete', `checkpoint-${step}`)
  }
  const stopped = failure(next)
  await expect
    .poll(() => notes)
    .toEqual([
      `${join(folder, 'checkpoint-1/model.safetensors')} was deleted; rotation is still measured from it, because it stays open until following ends`,
    ])
  expect(openIn(folder).sort()).toEqual([
    'checkpoint-1/model.safetensors (deleted)',
    'checkpoint-3/model.safetensors (deleted)',
  ])
  stop()
  expect(await stopped).toBe('INTERRUPTED: stopped while following checkpoints')
  expect(openIn(folder)).toEqual([])
})

test('a checkpoint in parts waits for all of them, and one under a temporary name for its own', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  const { next, waits } = follow(folder)
  const [one, two] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
  const index = JSON.stringify({ weight_map: { 'a.weight': one, 'b.weight': two } })
  const first = next()
  await trainer('write', `checkpoint-1/${one}`, { 'a.weight': [1, 0] })
  await trainer('text', 'checkpoint-1/model.safetensors.index.json', index.slice(0, 20))
  await expect.poll(() => waits.at(-1)).toContain('checkpoint-1/model.safetensors.index.json')
  await trainer('text', 'checkpoint-1/model.safetensors.index.json', index)
  await expect.poll(() => waits.at(-1)).toContain(`${two} does not exist`)
  await trainer('write', `checkpoint-1/${two}`, { 'b.weight': [1, 0] })
  expect((await first).layers.map(({ name }) => name)).toEqual(['a', 'b'])
  const second = next()
  await trainer('write', `tmp-checkpoint-2/${one}`, { 'a.weight': [1, 1] })
  await trainer('write', `tmp-checkpoint-2/${two}`, { 'b.weight': [1, 1] })
  await trainer('text', 'tmp-checkpoint-2/model.safetensors.index.json', index)
  await trainer('rename', 'tmp-checkpoint-2', 'checkpoint-2')
  expect((await second).checkpoints.map(({ path }) => path)).toEqual(
    [1, 2].map((step) => join(folder, `checkpoint-${step}`)),
  )
})

test('a write that was interrupted is waited for, and left out once a later checkpoint is there', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  const { next, notes, waits } = follow(folder)
  await trainer('write', 'step1.safetensors', weights(1, 0))
  await next()
  const second = next()
  await trainer('half', 'step2.safetensors', weights(1, 1))
  await expect.poll(() => waits.at(-1)).toContain('step2.safetensors')
  await trainer('write', 'step3.safetensors', weights(1, 1))
  expect((await second).checkpoints.map(({ step }) => step)).toEqual([1, 3])
  expect(notes).toEqual([expect.stringMatching(/step2\.safetensors is left out: .*step2\.safetensors/)])
})

test('what comes too late or goes too early is left out, and said', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  const { next, notes, waits } = follow(folder)
  await trainer('write', 'step5.safetensors', weights(1, 0))
  await next()
  const second = next()
  await trainer('write', 'step4.safetensors', weights(1, 1))
  await trainer('half', 'step6.safetensors', weights(1, 1))
  await expect.poll(() => waits.at(-1)).toContain('step6.safetensors')
  await trainer('delete', 'step6.safetensors')
  await expect.poll(() => notes).toHaveLength(2)
  await trainer('write', 'step7.safetensors', weights(1, 1))
  expect((await second).notes).toEqual([
    `${join(folder, 'step4.safetensors')} is left out: a checkpoint of step 5 came before it`,
    `${join(folder, 'step6.safetensors')} was deleted before it was measured`,
  ])
})

test('without steps in the names the order is that in which the checkpoints appear', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  const { next } = follow(folder)
  for (const [place, name] of ['initial', 'zebra', 'ape'].entries()) {
    await trainer('write', `${name}.safetensors`, weights(1, place))
    const { checkpoints, hasSteps } = await next()
    expect({ last: checkpoints.at(-1), hasSteps }).toEqual({
      last: { path: join(folder, `${name}.safetensors`), step: place },
      hasSteps: false,
    })
  }
})

test('a first checkpoint that is written again ends it with an error', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  const { next } = follow(folder)
  await trainer('write', 'step1.safetensors', weights(1, 0))
  await next()
  await trainer('write', 'step1.safetensors', weights(0, 1))
  await trainer('write', 'step2.safetensors', weights(1, 1))
  expect(await failure(next)).toBe(
    `INVALID_FILE: ${join(folder, 'step1.safetensors')} was written again while its series was followed; follow the new series from its start`,
  )
  expect(openIn(folder)).toEqual([])
})

test('--from measures from another checkpoint, which must be there', async () => {
  const folder = temporaryFolder()
  const trainer = startTrainer(folder)
  const from = join(folder, 'base', 'model.safetensors')
  expect(await failure(() => followCheckpoints(join(folder, 'tuned'), { from }).next())).toMatch(/^MISSING_FILE: /)
  await trainer('write', 'base/model.safetensors', weights(1, 0))
  await trainer('write', 'tuned/step1.safetensors', weights(1, 1))
  const { next } = follow(join(folder, 'tuned'), { from })
  const { origin, table } = await next()
  expect(origin).toBe(from)
  expect(table.layer('a')[0]).toBeCloseTo(1 - Math.SQRT1_2, 6)
})

test('leaving the loop closes the files', async () => {
  const folder = temporaryFolder()
  await startTrainer(folder)('write', 'step1.safetensors', weights(1, 0))
  for await (const { checkpoints } of followCheckpoints(folder, { interval: 10 })) {
    expect(checkpoints).toHaveLength(1)
    expect(openIn(folder)).toEqual(['step1.safetensors'])
    break
  }
  expect(openIn(folder)).toEqual([])
})

test.each<[string, () => unknown, string]>([
  ['no path', () => followCheckpoints([]), 'followCheckpoints: paths'],
  ['an interval of 0', () => followCheckpoints('a', { interval: 0 }), 'followCheckpoints: interval'],
  ['a misspelt option', () => followCheckpoints('a', { intervall: 5 } as never), 'did you mean "interval"?'],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(message)
})
