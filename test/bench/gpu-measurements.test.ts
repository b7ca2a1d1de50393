import { cpSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Measurements, stateOf, type Measurement } from '../../bench/gpu-measurements.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'

const options = { gpu: null, libtorch: '2.13.0', seconds: 60, again: false, env: process.env, names: ['one', 'two'] }
const printing = (name: string, measured: Measurement) => ({
  name,
  program: process.execPath,
  args: ['-p', `'a warning\\n' + JSON.stringify(${JSON.stringify(measured)})`],
})
const failing = { name: 'two', program: process.execPath, args: ['-e', "throw new Error('mine')"] }

/** A call that begins again writes there. */
function copyOf(folder: string): string {
  const copy = temporaryFolder()
  cpSync(folder, copy, { recursive: true })
  return copy
}

test('continues the work of an earlier call, and begins again once all is measured', async () => {
  const folder = temporaryFolder()
  const first = new Measurements({ ...options, folder })
  await first.measure(printing('one', { ns: [1] }))
  await first.measure(failing)
  expect(first.all['one']).toMatchObject({ ns: [1] })
  expect(stateOf(first.all['two'])).toBe('failed')
  expect(first.all['two']!['notMeasured']).toContain('mine')

  const second = new Measurements({ ...options, folder })
  await second.measure(printing('one', { ns: [2] }))
  expect(second.all['one']).toMatchObject({ ns: [1] })
  for (const other of [{ libtorch: '2.14.1' }, { again: true }, { gpu: { name: 'cuda:0', description: 'H100' } }]) {
    expect(new Measurements({ ...options, folder: copyOf(folder), ...other }).has('one')).toBe(false)
  }
  await second.measure(printing('two', { ns: [3] }))
  expect(second.has('two')).toBe(true)
  expect(new Measurements({ ...options, folder }).has('one')).toBe(false)
})

test('stops where the time ends, and keeps the longer of two runs that were cut off', async () => {
  const folder = temporaryFolder()
  const late = new Measurements({ ...options, folder, seconds: 5 })
  await late.measure(printing('one', { ns: [1] }))
  expect(stateOf(late.all['one'])).toBe('missing')
  const measurements = new Measurements({ ...options, folder })
  await measurements.measure({ ...failing, args: ['-e', 'setTimeout(() => {}, 60_000)'], longest: 0.2 })
  expect(stateOf(measurements.all['two'])).toBe('missing')
  for (const epochs of [4, 3]) await measurements.measure(printing('one', { epochs, of: 100 }))
  expect(measurements.all['one']).toMatchObject({ epochs: 4 })
  expect(measurements.isPart('one')).toBe(true)
  await measurements.measure(printing('one', { epochs: 100, of: 100 }))
  expect(measurements.has('one')).toBe(true)
})
