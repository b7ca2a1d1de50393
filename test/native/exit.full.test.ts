import { describe, expect, test, vi } from 'vitest'
import { announced, during, endsWith, failure, patience, training } from './support/endings.js'
import { worker } from './support/program.js'

vi.setConfig({ testTimeout: patience })

test('a program ends by itself without dispose()', () =>
  endsWith({ code: 0 }, 'const trainer = await smallTrainer(); await train(trainer, { steps: 100 })'))

describe('process.exit(3)', () => {
  test('right after createTrainer(), without awaiting it', () =>
    endsWith({ code: 3 }, 'void smallTrainer(); process.exit(3)'))

  test('with listeners of "exit" that use the trainer', () =>
    endsWith(
      { code: 3, stdout: 'first\nlast\n' },
      `
      const use = (name) => { console.log(name); trainer.stop(); trainer.rotation().catch(() => {}); trainer.dispose() }
      process.on('exit', () => use('first'))
      ${during('process.exit(3)')}
      process.on('exit', () => use('last'))`,
    ))
})

describe('a program that has removed the listeners of "exit", and with them the addon\'s,', () => {
  const unheard = "process.removeAllListeners('exit')"

  test('may exit from a progress callback', () => endsWith({ code: 3 }, during(`${unheard}; process.exit(3)`)))

  test('may exit while the trainer is being made', () =>
    endsWith({ code: 3 }, `void smallTrainer(); await 0; ${unheard}; setTimeout(() => process.exit(3), 100)`))

  test('may fail', () =>
    endsWith(failure, `${training}; ${unheard}; setTimeout(() => { throw new Error('mine') }, 20)`))

  test('may exit while a worker trains', () =>
    endsWith(
      { code: 3 },
      `${worker(announced)}
      .on('message', () => { ${unheard}; setTimeout(() => process.exit(3), 20) })`,
    ))
})

describe('an error that no code catches ends the program with code 1', () => {
  test('in the middle of an epoch', () =>
    endsWith(failure, `${training}; setTimeout(() => { throw new Error('mine') }, 20)`))

  test('as a rejection', () =>
    endsWith(failure, `${training}; setTimeout(() => void Promise.reject(new Error('mine')), 20)`))
})

describe('a signal in the middle of an epoch', () => {
  test.each(['SIGINT', 'SIGHUP'] as const)('%s ends the program, as it does any', (signal) =>
    endsWith({ code: null, signal }, during(`process.kill(process.pid, '${signal}')`)),
  )

  test('reaches a listener, which may exit', () =>
    endsWith(
      { code: 143 },
      `process.on('SIGTERM', () => process.exit(143)); ${during("process.kill(process.pid, 'SIGTERM')")}`,
    ))
})

describe('while a worker trains', () => {
  test('the main thread may exit', () =>
    endsWith({ code: 3 }, `${worker(announced)}.on('message', () => setTimeout(() => process.exit(3), 20))`))

  test('the main thread may fail', () =>
    endsWith(failure, `${worker(announced)}.on('message', () => setTimeout(() => { throw new Error('mine') }, 20))`))

  test('the worker may call process.exit()', () =>
    endsWith(
      { code: 0, stdout: '5\n' },
      `${worker('const trainer = await smallTrainer(); await train(trainer, { onProgress: () => process.exit(5) })')}
      .on('exit', (code) => console.log(code))`,
    ))

  test('the worker may fail', () =>
    endsWith(
      { code: 0, stdout: 'mine\n' },
      `${worker("const trainer = await smallTrainer(); setTimeout(() => { throw new Error('mine') }, 20); await train(trainer)")}
      .on('error', ({ message }) => console.log(message))`,
    ))
})

describe('while a worker loads the addon', () => {
  const loading = "parentPort.postMessage('loading'); await smallTrainer()"
  const delays = [0, 50, 100, 200]

  test.each(delays)('the main thread may exit, %i ms later', (delay) =>
    endsWith({ code: 3 }, `${worker(loading)}.on('message', () => setTimeout(() => process.exit(3), ${delay}))`),
  )

  test.each(delays)('the worker may be terminated, %i ms later', (delay) =>
    endsWith(
      // It may have ended by itself by then, or be about to.
      { code: 0, stdout: expect.stringMatching(/^(0|1|undefined)\n$/) as string },
      `const loading = ${worker(loading)}
      loading.on('message', () => setTimeout(async () => console.log(await loading.terminate()), ${delay}))`,
    ),
  )
})
