import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freePort } from '../../src/cli/processes/local-processes.js'
import { experiment } from '../../src/experiment/experiment.js'
import { processesExperiment } from './processes-experiment.js'

const program = fileURLToPath(new URL('spoil-weights.mjs', import.meta.url))

test('a process whose weights are not those of rank 0, bit for bit, ends with an error', async () => {
  const port = await freePort()
  const config = JSON.stringify(experiment({ ...processesExperiment, record: {} }))
  const outputs = await Promise.all([0, 1].map((rank) => outputOf([program, String(rank), String(port), config])))
  expect(outputs[0]).toBe('trained\n')
  expect(outputs[1]).toMatch(/^LayerRotationError: the weights of rank 1 are no longer those of rank 0, bit for bit/)
}, 120_000)

async function outputOf(words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) output += chunk as string
  return output
}
