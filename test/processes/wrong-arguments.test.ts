import { expect, test } from 'vitest'
import type { NativeProcessGroup, ProcessGroupSpec } from '../../src/native/contract.js'
import { translated } from '../../src/native/errors.js'
import { createProcessGroup, createTrainer } from '../../src/native/load.js'
import { smallSpec } from '../native/support/small-trainer.js'
import { failure } from '../support/failure.js'

const spec: ProcessGroupSpec = {
  rank: 0,
  size: 2,
  address: '127.0.0.1',
  port: 29_500,
  storeOfAgent: false,
  prefix: 'test',
  timeout: 1000,
}

test.each([
  [{ rank: 2 }, /^INVALID_CONFIG: rank: /],
  [{ size: 1 }, /^INVALID_CONFIG: size: /],
  [{ port: 70_000 }, /^INVALID_CONFIG: port: /],
  [{ address: 1 as unknown as string }, /^INVALID_CONFIG: address: /],
])('a group is refused that has %o', async (wrong, message) => {
  expect(await failure(() => createProcessGroup({ ...spec, ...wrong }))).toMatch(message)
})

test('calls before the processes have met are refused, and so are wrong arguments', async () => {
  const group = await createProcessGroup(spec)
  const refused = (call: () => Promise<unknown>) => failure(() => translated(call))
  expect(await refused(() => group.has('key'))).toBe('DISPOSED: join() has not been called')
  expect(await refused(() => group.wait('key', 2))).toMatch(/^INVALID_CONFIG: rank: /)
  expect(await refused(() => group.set('key', 'value' as unknown as Uint8Array))).toMatch(/^INVALID_CONFIG: value: /)
  group.leave()
})

test.each([{}, 1, 'group'])('a trainer takes no %o for a group', async (group) => {
  const given = group as unknown as NativeProcessGroup
  expect(await failure(() => createTrainer(smallSpec(), given))).toBe(
    'INVALID_CONFIG: processGroup: expected what createProcessGroup returned',
  )
})
