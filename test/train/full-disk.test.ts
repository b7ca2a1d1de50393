import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { openRun } from '../../src/run/open-run.js'
import { resume } from '../../src/train/resume.js'
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
  expect(message).toMatch(/ It(s newest checkpoint is after .*| has no checkpoint yet)$/)

  const run = await openRun(folder)
  expect(run.status).toMatchObject({ status: 'failed' })
  expect(`WRITE_FAILED: ${run.status.reason}`).toBe(message)
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
  if (!limit('16384')) return skip('prlimit is not available here')
  onTestFinished(() => void limit('unlimited'))
  const folder = join(temporaryFolder(), 'run')
  const message = await failure(() => train(smallExperiment, { folder }))
  expect(message).toBe(
    `WRITE_FAILED: ${folder}/checkpoints/initial/model.safetensors could not be written: the file would exceed the size limit of this process; raise it with \`ulimit -f\`. It has no checkpoint yet`,
  )
  const { status } = await openRun(folder)
  expect(`WRITE_FAILED: ${status.reason}`).toBe(message)
  expect(status.status).toBe('failed')
})

describe('a run whose disk fails after two epochs, with checkpoints,', () => {
  const config = { ...smallExperiment, epochs: 100, checkpoint: { everyEpochs: 1, everyMinutes: null, keep: 2 } }

  /** Calls `fail` once, and returns what the run ends with. */
  async function failing(folder: string, fail: () => void): Promise<string> {
    return failure(() => train(config, { folder, onEpochEnd: ({ epoch }) => void (epoch === 2 && fail()) }))
  }

  /** The run is consistent up to there, and can continue. */
  async function expectWhole(folder: string, epochs: number): Promise<void> {
    const run = await openRun(folder)
    expect(run.metrics.map(({ epoch }) => epoch)).toEqual(Array.from({ length: epochs }, (_, i) => i + 1))
    expect(run.rotation.epochs).toHaveLength(epochs + 1)
    expect((await run.weights('initial')).size).toBe(8)
    const controller = new AbortController()
    const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === 4 && controller.abort())
    const ended = await failure(() => resume(folder, { onEpochEnd, signal: controller.signal }))
    expect(ended).toMatch(/^INTERRUPTED: stopped after 4(\.\d+)? of 100 epochs/)
    expect((await openRun(folder)).metrics.slice(0, 4).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
  }

  const newest = (folder: string, epoch: number) =>
    `Its newest checkpoint is after epoch ${epoch}; resume with \`layer-rotation resume ${folder}\``

  test('because it is full, continues once there is space', async ({ skip }) => {
    const disk = smallDisk('size=3m')
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    const folder = join(disk, 'run')
    let filler = ''
    const message = await failing(folder, () => (filler = fillDisk(disk)))
    expect(message).toMatch(/^WRITE_FAILED: .* could not be written: the disk is full/)
    expect(message).toContain(newest(folder, 1))
    const { status } = await openRun(folder)
    expect(status).toMatchObject({ status: 'failed', lastCheckpoint: { epoch: 1, step: 0 } })
    expect(`WRITE_FAILED: ${status.reason}`).toBe(message)
    rmSync(filler)
    await expectWhole(folder, 2)
  })

  test('because it became read-only, continues once it is not', async ({ skip }) => {
    const disk = smallDisk('size=3m')
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    const folder = join(disk, 'run')
    const remount = (how: string) => expect(spawnSync('mount', ['-o', `remount,${how}`, disk]).status).toBe(0)
    const message = await failing(folder, () => remount('ro'))
    expect(message).toMatch(/^WRITE_FAILED: .* could not be written: the file system is read-only/)
    expect(message).toContain(newest(folder, 1))
    remount('rw')
    await expectWhole(folder, 2)
  })

  test('with an error of the device, continues once that is gone', async ({ skip }) => {
    const folder = join(temporaryFolder(), 'run')
    const rotation = join(folder, 'rotation.csv')
    let isMounted = false
    const unmount = () => {
      if (isMounted) spawnSync('umount', [rotation])
      isMounted = false
    }
    onTestFinished(unmount)
    const message = await failing(folder, () => {
      // Address 0 of a process is not there: to write it is an EIO of the kernel's own.
      isMounted = spawnSync('mount', ['--bind', `/proc/${process.pid}/mem`, rotation]).status === 0
      if (!isMounted) throw new LayerRotationError('INTERRUPTED', 'no mount')
    })
    if (message === 'INTERRUPTED: no mount') return skip('mounting is not permitted here')
    expect(message).toBe(
      `WRITE_FAILED: ${rotation} could not be written: the disk or the network storage failed; look for the cause in the output of \`dmesg\`. ${newest(folder, 2)}`,
    )
    expect((await openStatus(folder)).status).toBe('failed')
    unmount()
    const run = await openRun(folder)
    expect(run.rotation.epochs).toEqual([0, 1, 2])
    expect(run.metrics).toHaveLength(3)
  })

  test('because its folder was removed, ends, and makes no other', async () => {
    const folder = join(temporaryFolder(), 'run')
    const message = await failing(folder, () => rmSync(folder, { recursive: true }))
    expect(message).toMatch(/^WRITE_FAILED: .* could not be written: its folder does not exist\. /)
    expect(message).toContain(`. ${folder} was moved or removed; if it was moved, resume it where it is now`)
    expect(existsSync(folder)).toBe(false)
  })
})

const openStatus = async (folder: string) =>
  JSON.parse(await readFile(join(folder, 'status.json'), 'utf8')) as { status: string }
