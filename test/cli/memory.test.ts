import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRun } from '../../src/run/open-run.js'
import { memoryGroup } from '../support/memory-group.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandLine, main, tinyRun, type Outcome } from './command-line.js'

/** Images of MNIST's size: a model of many units is large, and a batch of all is. */
const data = { type: 'synthetic', shape: [1, 28, 28], classes: 10, train: 10_000, test: 100 }

/** Runs the command line where the kernel kills a process that uses more than 400 MB; undefined if that cannot be made. */
function limited(words: readonly string[], cwd: string): Promise<Outcome> | undefined {
  const processes = memoryGroup(400 * 2 ** 20)
  if (processes === undefined) return undefined
  const launcher = ['sh', '-c', `echo $$ > '${processes}' && exec "$@"`, 'sh', process.execPath, main]
  return commandLine(words, { cwd, launcher })
}

const outOfMemory =
  /not enough memory for a (tensor|copy) of \d+ bytes: this process uses \d+ of the 406323200 bytes that it may use/
const noGroup = 'this user may not make control groups'

test('a model that does not fit into the limit of a container is refused before anything is written', async ({
  skip,
}) => {
  const cwd = temporaryFolder()
  const outcome = await limited(tinyRun({ data, 'model.layers.dense0.units': 100_000 }), cwd)
  if (outcome === undefined) return skip(noGroup)
  expect(outcome).toMatchObject({ code: 1, signal: null })
  expect(outcome.stderr).toMatch(outOfMemory)
  expect(existsSync(join(cwd, 'runs'))).toBe(false)
})

test('a batch that does not fit ends the run with the reason', async ({ skip }) => {
  const cwd = temporaryFolder()
  const settings = { data, batchSize: 10_000, 'model.layers.dense0.units': 4000 }
  const outcome = await limited(tinyRun(settings), cwd)
  if (outcome === undefined) return skip(noGroup)
  expect(outcome).toMatchObject({ code: 1, signal: null })
  expect(outcome.stderr).toMatch(outOfMemory)
  const [id] = readdirSync(join(cwd, 'runs', 'mnist'))
  const { status } = await openRun(join(cwd, 'runs', 'mnist', id!))
  expect(status.status).toBe('failed')
  expect(status.reason).toMatch(outOfMemory)
})

test('data that do not fit are refused', async ({ skip }) => {
  const cwd = temporaryFolder()
  const large = { type: 'synthetic', shape: [3, 100, 100], classes: 10, train: 20_000, test: 10 }
  const outcome = await limited(tinyRun({ data: large }), cwd)
  if (outcome === undefined) return skip(noGroup)
  expect(outcome).toMatchObject({ code: 1, signal: null })
  expect(outcome.stderr).toContain(
    'data: the synthetic images need 600.3 MB of memory, but this process may use 406.3 MB',
  )
})

test('a training that fits ends as without a limit', async ({ skip }) => {
  const outcome = await limited(tinyRun({ epochs: 3 }), temporaryFolder())
  if (outcome === undefined) return skip(noGroup)
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
})
