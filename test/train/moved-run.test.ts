import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ownIdentity } from '../../src/lock/process-identity.js'
import { resume } from '../../src/train/resume.js'
import { train } from '../../src/train/train.js'
import { smallDisk } from '../support/small-disk.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { measured } from './killed-run.js'
import { smallExperiment } from './small-experiment.js'

const config = {
  ...smallExperiment,
  validation: { share: 0.1 },
  epochs: 4,
  checkpoint: { everyEpochs: 1, everyMinutes: null, keep: 1 },
}

/** Trains in `whole`, and leaves in `killed` what a process that is killed after its second epoch leaves. */
async function trainedAndKilled(killed: string): Promise<string> {
  const whole = join(temporaryFolder(), 'whole')
  const onEpochEnd = ({ epoch }: { epoch: number }) => {
    if (epoch !== 2) return
    cpSync(whole, killed, { recursive: true })
    rmSync(join(killed, 'lock'), { recursive: true })
    mkdirSync(join(killed, 'lock'))
    const { pid } = spawnSync('true')
    writeFileSync(join(killed, 'lock', '0.json'), JSON.stringify({ ...ownIdentity(), pid, thread: pid }))
  }
  await train(config, { folder: whole, onEpochEnd })
  return whole
}

test('a run that came through something that keeps no empty folders is resumed', async () => {
  const killed = join(temporaryFolder(), 'killed')
  const whole = await trainedAndKilled(killed)
  spawnSync('find', [killed, '-type', 'd', '-empty', '-delete'])
  await resume(killed)
  expect(measured(killed)).toEqual(measured(whole))
})

test('a run whose weights beside the checkpoint were lost is resumed with those of the checkpoint', async () => {
  const killed = join(temporaryFolder(), 'killed')
  const whole = await trainedAndKilled(killed)
  for (const name of ['initial', 'best', 'last']) rmSync(join(killed, 'checkpoints', name), { recursive: true })
  await resume(killed)
  expect(measured(killed)).toEqual(measured(whole))
})

test('a run in the lower layer of an overlay file system, such as a Docker image, is resumed', async ({ skip }) => {
  const disk = smallDisk('size=64m')
  if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
  const place = (name: string) => join(disk, name)
  for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(place(name))
  const whole = await trainedAndKilled(join(place('lower'), 'run'))
  const layers = `lowerdir=${place('lower')},upperdir=${place('upper')},workdir=${place('work')},redirect_dir=off`
  if (spawnSync('mount', ['-t', 'overlay', '-o', layers, 'overlay', place('merged')]).status !== 0)
    return skip('mounting an overlay is not permitted here')
  onTestFinished(() => void spawnSync('umount', [place('merged')]))
  const folder = join(place('merged'), 'run')
  await resume(folder)
  expect(measured(folder)).toEqual(measured(whole))
})
