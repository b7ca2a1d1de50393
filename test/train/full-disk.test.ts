import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, test, expect } from 'vitest'
import { openRun } from '../../src/run/open-run.js'
import { train } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { fillDisk, smallDisk } from '../support/small-disk.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from './small-experiment.js'

test('a disk that fills up midway loses nothing that was measured', async ({ skip }) => {
  const disk = smallDisk()
  if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
  const folder = join(disk, 'run')
  const fillAfterTwo = ({ epoch }: { epoch: number }) => void (epoch === 2 && fillDisk(disk))
  const message = await failure(() => train(smallExperiment, { folder, onEpochEnd: fillAfterTwo }))
  expect(message).toMatch(/^WRITE_FAILED: .*\/run\/.* could not be written: the disk is full; free some space/)

  const run = await openRun(folder)
  expect(run.metrics.slice(0, 2).map(({ epoch }) => epoch)).toEqual([1, 2])
  expect(run.rotation.epochs.slice(0, 3)).toEqual([0, 1, 2])
  expect((await run.weights('initial')).size).toBe(8)
  // The steps of the second epoch were perhaps still to be written.
  expect((await run.steps()).length).toBeGreaterThanOrEqual(10 * 2)
})

test('a disk that is full from the start is named, and a run of the same folder works once there is space', async ({
  skip,
}) => {
  const disk = smallDisk()
  if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
  const filler = fillDisk(disk)
  const folder = join(disk, 'run')
  expect(await failure(() => train(smallExperiment, { folder }))).toContain('could not be written: the disk is full')
  rmSync(filler)
  rmSync(folder, { recursive: true, force: true })
  expect((await train(smallExperiment, { folder })).status.status).toBe('finished')
})

test('a limit on the size of files is named', async ({ skip }) => {
  const limit = (bytes: string) =>
    spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]).status === 0
  if (!limit('65536')) return skip('prlimit is not available here')
  onTestFinished(() => void limit('unlimited'))
  const folder = join(temporaryFolder(), 'run')
  const message = await failure(() => train(smallExperiment, { folder }))
  expect(message).toBe(
    `WRITE_FAILED: ${folder}/checkpoints/initial/model.safetensors could not be written: the file would exceed the size limit of this process; raise it with \`ulimit -f\``,
  )
  const { status } = await openRun(folder)
  expect(`WRITE_FAILED: ${status.reason}`).toBe(message)
  expect(status.status).toBe('failed')
})
