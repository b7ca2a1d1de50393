import { describe, expect, test, vi } from 'vitest'
import { announced, during, endsWith, failure, patience, training } from './support/endings.js'
import { worker } from './support/program.js'

// One program for each mechanism; exit.full.test.ts has the others.

vi.setConfig({ testTimeout: patience })

describe('a program ends by itself', () => {
  test('after dispose()', () =>
    endsWith(
      { code: 0 },
      'const trainer = await smallTrainer(); await train(trainer, { steps: 100 }); trainer.dispose()',
    ))

  test('once an epoch that no code awaits has ended', () =>
    endsWith(
      { code: 0, stdout: 'finished\n' },
      'const trainer = await smallTrainer(); void train(trainer, { steps: 3000 }).then(({ status }) => console.log(status))',
    ))

  test('when dispose() cuts the last epoch short', () => endsWith({ code: 0 }, during('trainer.dispose()')))
})

describe('process.exit(3)', () => {
  test('in the middle of an epoch', () => endsWith({ code: 3 }, `${training}; setTimeout(() => process.exit(3), 20)`))

  test('from a progress callback', () => endsWith({ code: 3 }, during('process.exit(3)')))

  test('while the trainer is being made', () =>
    endsWith({ code: 3 }, 'void smallTrainer(); await 0; setTimeout(() => process.exit(3), 100)'))
})

test('a program that has removed the listeners of "exit", and with them the addon\'s, may exit in the middle of an epoch', () =>
  endsWith({ code: 3 }, `${training}; process.removeAllListeners('exit'); setTimeout(() => process.exit(3), 20)`))

test('workers that are terminated in mid-epoch leave no thread behind', () =>
  endsWith(
    { code: 0, stdout: 'true\n' },
    `import { once } from 'node:events'
    import { readdirSync } from 'node:fs'
    const threads = []
    for (let i = 0; i < 5; i++) {
      const running = ${worker("const trainer = await smallTrainer(); await train(trainer, { onProgress: () => parentPort.postMessage('running') })")}
      await once(running, 'message')
      await running.terminate()
      threads.push(readdirSync('/proc/self/task').length)
    }
    console.log(threads.at(-1) <= threads[0])`,
  ))

test('an error that no code catches ends the program with code 1, from a progress callback', () =>
  endsWith(failure, during("throw new Error('mine')")))

test('SIGTERM in the middle of an epoch ends the program, as it does any', () =>
  endsWith({ code: null, signal: 'SIGTERM' }, during("process.kill(process.pid, 'SIGTERM')")))

test('the main thread, training as well, may exit while a worker trains', () =>
  endsWith(
    { code: 3 },
    `const other = await smallTrainer()
    ${worker(announced)}.on('message', () => { void train(other); setTimeout(() => process.exit(3), 20) })`,
  ))

test('a worker may be terminated while it loads the addon', () =>
  endsWith(
    // It may have ended by itself by then, or be about to.
    { code: 0, stdout: expect.stringMatching(/^(0|1|undefined)\n$/) as string },
    `const loading = ${worker("parentPort.postMessage('loading'); await smallTrainer()")}
    loading.on('message', () => setTimeout(async () => console.log(await loading.terminate()), 50))`,
  ))
