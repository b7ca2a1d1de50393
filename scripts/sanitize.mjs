// npm run sanitize -- address|thread [test files]: runs the native tests with an addon that a sanitizer watches.
// Exits with 1 if a test fails or a process writes a report. See docs/sanitizers.md.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sanitizers } from './sanitize/sanitizers.mjs'
import { symbolize } from './sanitize/symbolize.mjs'
import { addonStep, nodeModulesStep, SetupFailure, typescriptStep } from './setup/index.mjs'
import { root } from './setup/paths.mjs'

const [name = '', ...files] = process.argv.slice(2)
const sanitizer = sanitizers[name]
if (!sanitizer) {
  console.error(`usage: npm run sanitize -- ${Object.keys(sanitizers).join('|')} [test files]`)
  process.exit(2)
}

const context = { env: process.env, log: console.log }
const folder = join(root, 'build', 'sanitizers', name)
const reports = join(folder, 'reports')

try {
  console.log(`Set-up for the ${name} sanitizer`)
  await nodeModulesStep(context)
  const environment = await sanitizer.environment(process.env, { folder, reports })
  const variant = {
    name: `addon-${name}`,
    folder,
    sources: ['test/sanitizers'],
    settings: { LAYER_ROTATION_SANITIZE: name },
    env: environment,
  }
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  await addonStep(context, variant)
  await typescriptStep(context)
  const passed = await runTests(environment)
  const found = await showReports()
  process.exitCode = passed && found === 0 ? 0 : 1
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  console.error(`\n${error.message}`)
  process.exitCode = 1
}

/**
 * Runs the tests. The processes of the tests have the sanitizer; Vitest itself, with its many threads, does not.
 * @param {Record<string, string>} env
 */
async function runTests(env) {
  const { startVitest } = await import('vitest/node')
  const config = join(root, 'test', 'sanitizers', 'vitest.config.ts')
  const vitest = await startVitest('test', files, { root, config, env, watch: false })
  await vitest.close()
  // Also false if a test file cannot be loaded, or if there is no test.
  return process.exitCode === undefined || process.exitCode === 0
}

/** Prints the reports: one file for each process with a finding, even if no test noticed that it ended. */
async function showReports() {
  const written = readdirSync(reports)
  for (const file of written) {
    const report = readFileSync(join(reports, file), 'utf8').trimEnd()
    console.log(`\n${await symbolize(report, join(folder, 'build', 'Release', 'layer_rotation.node'))}`)
  }
  const where = written.length > 0 ? `: ${relative(root, reports)}` : ''
  console.log(`${written.length} processes with findings${where}`)
  return written.length
}
