import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { afterEach, expect, test, vi } from 'vitest'
import { moduleAddress } from './support/program.js'

vi.setConfig({ testTimeout: 120_000 })

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
})

/** Programs that keep every processor busy, twice. */
function load(): void {
  for (let i = 0; i < 2 * availableParallelism(); i++) {
    children.push(spawn(process.execPath, ['--eval', 'for (;;) {}'], { stdio: 'ignore' }))
  }
}

/** A perceptron whose operations are long enough for several threads, trained on two. */
const body = `
  const split = { images: new Uint8Array(64 * 28 * 28).map((_, i) => (i * 37) % 256), labels: new Int32Array(64).map((_, i) => i % 4) }
  const data = { mean: Float64Array.of(33.3), deviation: Float64Array.of(78.6), train: split, validation: new Int32Array(0), test: split }
  const trainer = await smallTrainer({ units: 512, change: { threads: 2, inputShape: [28, 28], data } })
  const steps = 64
  const epoch = (count) => trainer.trainEpoch({
    order: new Int32Array(count * steps).map((_, i) => i % 64),
    batchSizes: new Int32Array(count).fill(steps),
    augmentationKey: 0,
    rates: new Float64Array(2 * count).fill(0.01),
    record: { steps: new Int32Array(0), neurons: false, spectral: false, references: [] },
  })`

/** Trains until it is killed. */
function training(env: Record<string, string> = {}): ChildProcess {
  const endless = moduleAddress(`${body}
    console.log('training')
    for (;;) await epoch(20)`)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', `await import(${JSON.stringify(endless)})`], {
    env: { ...process.env, OMP_WAIT_POLICY: undefined, GOMP_SPINCOUNT: undefined, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

/** The threads of a process that its load watch has started, and itself. */
function watchThreads({ pid }: ChildProcess): number {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).filter((id) => {
    try {
      return readFileSync(`${folder}/${id}/comm`, 'utf8') === 'load-watch\n'
    } catch {
      return false // it has just ended
    }
  }).length
}

const begun = (child: ChildProcess) => once(createInterface(child.stdout!), 'line')

test('on a machine that others use, an idle team makes threads that wait sleep at once', async () => {
  load()
  const child = training()
  await begun(child)
  await vi.waitFor(() => expect(watchThreads(child)).toBe(1 + availableParallelism()), {
    timeout: 60_000,
    interval: 100,
  })
})

test('a choice of the user counts: no thread watches', async () => {
  load()
  const child = training({ OMP_WAIT_POLICY: 'passive' })
  await begun(child)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  expect(watchThreads(child)).toBe(0)
})
