import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { symbolize } from '../../scripts/sanitize/symbolize.mjs'

/** The folder of the instrumented addon, which `npm run sanitize` sets. */
const folder = process.env['LAYER_ROTATION_PREBUILD'] ?? ''
const addon = join(folder, 'build', 'Release', 'planted', 'planted_faults.node')

/** The report of a Node that makes one of the faults of planted_faults.cpp. */
async function report(fault: string): Promise<{ stderr: string; status: number | null }> {
  const env = { ...process.env }
  for (const name of ['ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS']) {
    env[name] = env[name]?.replace(/log_path=[^:]*/, 'log_path=stderr')
  }
  const program = `require(process.argv[1]).${fault}()`
  const { stderr, status } = spawnSync(process.execPath, ['-e', program, addon], { env, encoding: 'utf8' })
  return { stderr: await symbolize(stderr, addon), status }
}

const address = folder.endsWith('address')

/** The faults, each with the function that the report's stack must contain. */
const faults: [fault: string, message: RegExp, where: string][] = address
  ? [
      ['heapOverflow', /heap-buffer-overflow/, 'heap_overflow'],
      ['vectorOverflow', /Assertion '__n < this->size\(\)' failed/, 'vector_overflow'],
      ['tensorOverflow', /use-after-poison/, 'tensor_overflow'],
      ['useAfterFree', /use-after-poison/, 'use_after_free'],
      ['integerOverflow', /signed integer overflow/, 'integer_overflow'],
    ]
  : [
      ['race', /data race/, 'race'],
      ['overlappingChunks', /data race/, 'overlapping_chunks'],
    ]

describe('the sanitizer', () => {
  test.each(faults)('reports %s with its place', async (fault, message, where) => {
    const { stderr, status } = await report(fault)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(new RegExp(`${where}.*planted_faults\\.cpp:\\d+`))
    expect(status).not.toBe(0)
  })

  test('reports nothing if there is no fault', async () => {
    expect(await report('none')).toMatchObject({ stderr: '', status: 0 })
  })
})
