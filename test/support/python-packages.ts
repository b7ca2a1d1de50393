import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')

/**
 * A virtual environment that has packages of pip, made once and kept.
 *
 * @param packages `name==version`, of which the first names the environment
 * @param options of `pip install`
 * @returns its folder of programs; undefined, with a line that says why, where pip's index lacks a package
 */
export function pythonPrograms(
  packages: readonly [string, ...string[]],
  options: readonly string[] = [],
): string | undefined {
  const environment = join(cache, 'layer-rotation', packages[0].replace('==', '-'))
  const programs = join(environment, 'bin')
  const installed = join(environment, 'is-installed')
  if (existsSync(installed)) return programs
  const call = (program: string, ...args: string[]) => spawnSync(program, args, { encoding: 'utf8' })
  rmSync(environment, { recursive: true, force: true })
  mkdirSync(dirname(environment), { recursive: true })
  const made = call('python3', '-m', 'venv', environment)
  const pip = ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--timeout', '20', '--no-input', ...options]
  const got = made.status === 0 ? call(join(programs, 'python'), ...pip, ...packages) : made
  if (got.status === 0) {
    writeFileSync(installed, '')
    return programs
  }
  console.log(`${packages[0]} cannot be installed: ${(got.stderr || String(got.error)).trim().split('\n').at(-1)}`)
  return undefined
}
