import { describe, expect, test, vi } from 'vitest'
import { program, worker } from './support/program.js'

/**
 * The number of runs of each program: once in `npm test`, 5 times in `npm run test:full`, 200 times before a release.
 */
const repetitions = Number(process.env['LAYER_ROTATION_REPETITIONS'] ?? 1)
vi.setConfig({ testTimeout: 60_000 + 5_000 * repetitions })

/** Expects a program to end like this each time, without a message. Repetitions find faults that depend on timing. */
async function endsWith(expected: object, body: string) {
  for (let i = 0; i < repetitions; i++) {
    expect(await program(body)).toMatchObject({ signal: null, stderr: '', ...expected })
  }
}

const training = 'const trainer = await smallTrainer(); const epoch = train(trainer)'
/** Calls `action` while an epoch of many seconds runs. */
const during = (action: string) => `
const trainer = await smallTrainer()
const epoch = train(trainer, { onProgress: () => { ${action} } })`

describe('a program ends by itself', () => {
  test('after dispose()', () =>
    endsWith(
      { code: 0 },
      'const trainer = await smallTrainer(); await train(trainer, { steps: 100 }); trainer.dispose()',
    ))

  test('without dispose()', () =>
    endsWith({ code: 0 }, 'const trainer = await smallTrainer(); await train(trainer, { steps: 100 })'))

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

  test('right after createTrainer(), without awaiting it', () =>
    endsWith({ code: 3 }, 'void smallTrainer(); process.exit(3)'))

  test('while the trainer is being made', () =>
    endsWith({ code: 3 }, 'void smallTrainer(); await 0; setTimeout(() => process.exit(3), 100)'))

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

  test('may exit in the middle of an epoch', () =>
    endsWith({ code: 3 }, `${training}; ${unheard}; setTimeout(() => process.exit(3), 20)`))

  test('may exit from a progress callback', () => endsWith({ code: 3 }, during(`${unheard}; process.exit(3)`)))

  test('may exit while the trainer is being made', () =>
    endsWith({ code: 3 }, `void smallTrainer(); await 0; ${unheard}; setTimeout(() => process.exit(3), 100)`))

  test('may fail', () =>
    endsWith(
      { code: 1, stderr: expect.stringContaining('Error: mine') as string },
      `${training}; ${unheard}; setTimeout(() => { throw new Error('mine') }, 20)`,
    ))

  test('may exit while a worker trains', () =>
    endsWith(
      { code: 3 },
      `${worker("const trainer = await smallTrainer(); parentPort.postMessage('training'); await train(trainer)")}
      .on('message', () => { ${unheard}; setTimeout(() => process.exit(3), 20) })`,
    ))
})

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

describe('an error that no code catches ends the program with code 1', () => {
  const mine = { code: 1, stderr: expect.stringContaining('Error: mine') as string }

  test('in the middle of an epoch', () =>
    endsWith(mine, `${training}; setTimeout(() => { throw new Error('mine') }, 20)`))

  test('as a rejection', () =>
    endsWith(mine, `${training}; setTimeout(() => void Promise.reject(new Error('mine')), 20)`))

  test('from a progress callback', () => endsWith(mine, during("throw new Error('mine')")))
})

describe('a signal in the middle of an epoch', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends the program, as it does any', (signal) =>
    endsWith({ code: null, signal }, during(`process.kill(process.pid, '${signal}')`)),
  )

  test('reaches a listener, which may exit', () =>
    endsWith(
      { code: 143 },
      `process.on('SIGTERM', () => process.exit(143)); ${during("process.kill(process.pid, 'SIGTERM')")}`,
    ))
})

describe('while a worker trains', () => {
  const announced = "const trainer = await smallTrainer(); parentPort.postMessage('training'); await train(trainer)"

  test('the main thread may exit', () =>
    endsWith({ code: 3 }, `${worker(announced)}.on('message', () => setTimeout(() => process.exit(3), 20))`))

  test('the main thread, training as well, may exit', () =>
    endsWith(
      { code: 3 },
      `const other = await smallTrainer()
      ${worker(announced)}.on('message', () => { void train(other); setTimeout(() => process.exit(3), 20) })`,
    ))

  test('the main thread may fail', () =>
    endsWith(
      { code: 1, stderr: expect.stringContaining('Error: mine') as string },
      `${worker(announced)}.on('message', () => setTimeout(() => { throw new Error('mine') }, 20))`,
    ))

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
