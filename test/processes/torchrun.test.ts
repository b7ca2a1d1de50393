import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { info } from '../../src/native/load.js'
import { main, start } from '../cli/command-line.js'
import { expectWholeRun, folderWith, longExperiment, onlyRun, untilEpoch } from './processes-experiment.js'

/** The torchrun of the wheel that the addon was built with: …/lib/python3.11/site-packages/torch is LibTorch's folder. */
const torchrun = join((await info()).libtorch.folder, '../../../../bin/torchrun')

/** The process of a launcher that has a rank. */
function pidOfRank(rank: number, launcher: number): number {
  const isRank = (pid: string) => {
    try {
      const parent = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
      return parent === launcher && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`RANK=${rank}`)
    } catch {
      return false
    }
  }
  return Number(readdirSync('/proc').find(isRank))
}

test.skipIf(!existsSync(torchrun))(
  'under torchrun, 2 processes train; once one is killed, torchrun starts them again and they go on',
  async () => {
    const cwd = folderWith(longExperiment)
    const launcher = [torchrun, '--nproc-per-node=2', '--max-restarts=1', '--no-python', process.execPath, main]
    const { child, ended } = start(['run', 'mine.json', '--resume', 'auto'], { cwd, launcher })
    await untilEpoch(cwd, 2)
    process.kill(pidOfRank(1, child.pid!), 'SIGKILL')
    const { code, stderr, stdout } = await ended
    expect(code, stderr + stdout).toBe(0)
    const { environment, status } = await onlyRun(cwd)
    expect(environment).toMatchObject({ processes: 2, resumed: [expect.anything()] })
    expect(status.status).toBe('finished')
    await expectWholeRun(cwd)
  },
  240_000,
)
