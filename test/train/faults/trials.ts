import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { synthetic } from '../../../src/data/synthetic/synthetic.js'
import type { ExperimentConfig } from '../../../src/experiment/config.js'
import { experiment } from '../../../src/experiment/experiment.js'
import { ownIdentity } from '../../../src/lock/process-identity.js'
import { layca } from '../../../src/optimizer/controls/layca.js'
import { adam } from '../../../src/optimizer/rules/adam.js'
import { constant } from '../../../src/schedule/curves/constant.js'
import { train } from '../../../src/train/train.js'
import { measured } from '../killed-run.js'
import { faults, FaultyProcess, type Failing, type Fault, type Outcome } from './faulty-process.js'

/** A run of a few milliseconds that writes every kind of file. */
export const shortExperiment: ExperimentConfig = experiment({
  name: 'short',
  data: synthetic({ shape: [1, 4, 4], classes: 10, train: 60, test: 20 }),
  model: { type: 'mlp', hidden: [4] },
  optimizer: layca(adam()),
  learningRate: constant(0.01),
  validation: { share: 0.2 },
  epochs: 3,
  batchSize: 12,
  device: 'cpu',
  threads: 1,
  record: { steps: 1 },
  checkpoint: { everyEpochs: 1, everyMinutes: null, keep: 1 },
})

/** The run that a trial finds: none, one that has no checkpoint yet, or one that has. */
export const beginnings = ['new', 'without a checkpoint', 'with a checkpoint'] as const
export type Beginning = (typeof beginnings)[number]

/** The words of the error. The kernel gives ENOSPC to no reader. */
export const reasons: Record<Exclude<Fault, 'short'>, RegExp> = {
  EIO: /the disk or the network storage failed/,
  ESTALE: /the network storage no longer has it/,
  EACCES: /permission denied/,
  EMFILE: /too many open files/,
  ENOSPC: /the disk is full|no space left/,
  EDQUOT: /the disk quota is used up|EDQUOT/,
}

/** Trials: commands of which a file-system call fails, and what they leave. */
export class Trials {
  private constructor(
    /** The processes that wait for a command. */
    private readonly idle: FaultyProcess[],
    private readonly parent: string,
    /** All that the run measures without a failure. */
    private readonly whole: ReadonlyMap<string, string>,
    /** The run's folder at each beginning, as a process that is killed there leaves it. */
    private readonly left: Record<Exclude<Beginning, 'new'>, string>,
    /** The folder of the finished run. */
    readonly finished: string,
  ) {}

  /** @param lanes how many trials can run at once */
  static async prepare(lanes = 1): Promise<Trials> {
    const idle = FaultyProcess.beginAll(lanes)
    const { folder } = idle[0]!
    const finished = join(folder, 'whole')
    const left = { 'without a checkpoint': join(folder, 'early'), 'with a checkpoint': join(folder, 'late') }
    // An epoch is told after its rows and before its checkpoint are written.
    const onEpochEnd = ({ epoch }: { epoch: number }) => {
      if (epoch === 1) leaveAsKilled(finished, left['without a checkpoint'])
      if (epoch === 2) leaveAsKilled(finished, left['with a checkpoint'])
    }
    await train(shortExperiment, { folder: finished, onEpochEnd })
    const trials = new Trials(idle, folder, measured(finished), left, finished)
    // Without a failure every beginning comes to the same end.
    for (const beginning of beginnings) expect(await trials.of(beginning)).not.toHaveProperty('code')
    return trials
  }

  /** Begins or resumes a run, and requires its numbers or, after a clear error, those of a second attempt. */
  of(beginning: Beginning, failing?: Failing): Promise<Outcome> {
    return this.withProcess((child) => this.trial(child, beginning, failing))
  }

  private async withProcess<Result>(work: (child: FaultyProcess) => Promise<Result>): Promise<Result> {
    const child = this.idle.pop()!
    return work(child).finally(() => this.idle.push(child))
  }

  private async trial(child: FaultyProcess, beginning: Beginning, failing?: Failing): Promise<Outcome> {
    const place = mkdtempSync(join(this.parent, 'trial-'))
    const folder = join(place, 'run')
    if (beginning !== 'new') cpSync(this.left[beginning], folder, { recursive: true })
    const outcome = await child.run(beginning === 'new' ? 'train' : 'resume', folder, shortExperiment, failing)
    const where = `${beginning}: ${JSON.stringify(failing)} ${JSON.stringify(outcome)}`
    if (outcome.message !== undefined) {
      expect(outcome.code, where).toMatch(/^(READ|WRITE)_FAILED$/)
      expect(outcome.message, where).toContain(place)
      expect(outcome.message, where).toMatch(reasons[failing!.fault as (typeof faults)[number]])
      await tryAgain(child, beginning, folder, where, failing)
    }
    const found = measured(folder)
    expect([...found.keys()], where).toEqual([...this.whole.keys()])
    for (const [file, content] of found) expect(content === this.whole.get(file), `${file}, ${where}`).toBe(true)
    rmSync(place, { recursive: true })
    return outcome
  }

  /** Reads the finished run, and requires its numbers or a clear error. */
  async ofReading(failing?: Failing): Promise<Outcome> {
    const outcome = await this.withProcess((child) => child.run('read', this.finished, undefined, failing))
    const where = `${JSON.stringify(failing)} ${JSON.stringify(outcome)}`
    if (outcome.message === undefined) expect(outcome, where).toMatchObject({ metrics: 3, rows: 3 * 4 * 2 })
    else {
      expect(outcome.code, where).toBe('READ_FAILED')
      expect(outcome.message, where).toContain(this.finished)
      expect(outcome.message, where).toMatch(reasons[failing!.fault as (typeof faults)[number]])
    }
    return outcome
  }
}

async function tryAgain(
  child: FaultyProcess,
  beginning: Beginning,
  folder: string,
  where: string,
  failing?: Failing,
): Promise<void> {
  const status = join(folder, 'status.json')
  // The failure came after the end.
  if (existsSync(status) && readFileSync(status, 'utf8').includes('"finished"')) return
  const hasBegun = beginning !== 'new' || existsSync(join(folder, 'environment.json'))
  if (!hasBegun && failing?.lasting) rmSync(folder, { recursive: true, force: true })
  const again = await child.run(hasBegun ? 'resume' : 'train', folder, shortExperiment)
  expect(again.message, where).toBeUndefined()
  if (beginning === 'with a checkpoint') expect(again.began!.epoch, where).toBeGreaterThan(0)
}

/** Copies a run's folder as it is, with the lock of a process that has ended. */
function leaveAsKilled(run: string, copy: string): void {
  cpSync(run, copy, { recursive: true })
  rmSync(join(copy, 'lock'), { recursive: true })
  mkdirSync(join(copy, 'lock'))
  const { pid } = spawnSync('true')
  writeFileSync(join(copy, 'lock', '0.json'), JSON.stringify({ ...ownIdentity(), pid, thread: pid }))
}

/**
 * Lets each k-th call of a command fail, in turn with every fault, until the command has no more calls.
 *
 * @param lanes how many trials run at once
 * @returns how many calls the command has
 */
export async function eachCall(
  k: number,
  trial: (failing: Failing) => Promise<Outcome>,
  { lanes = 1, ...more }: Partial<Failing> & { lanes?: number } = {},
): Promise<number> {
  let turn = 0
  let end = Infinity
  const lane = async () => {
    while (end === Infinity) {
      const fault = faults[turn % faults.length]!
      const at = k * ++turn
      const { calls } = await trial({ at, fault, ...more })
      if (calls < at) end = Math.min(end, at - 1)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return end
}
