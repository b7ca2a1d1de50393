// Formats the C++ and CUDA sources with clang-format 14; with --check only reports what is not formatted. Other versions format
// differently.

import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup/paths.mjs'

const program = ['clang-format-14', 'clang-format'].find((name) =>
  /version 14\./.test(spawnSync(name, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
)
if (!program) {
  console.log('clang-format 14 is not installed: C++ is left as it is (Debian, Ubuntu: apt install clang-format-14)')
  process.exit(0)
}
const files = ['native', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(cpp|h|cu|cuh)$/.test(name))
    .map((name) => join(folder, name)),
)
const options = process.argv.includes('--check') ? ['--dry-run', '--Werror'] : ['-i']
try {
  execFileSync(program, [...options, ...files], { cwd: root, stdio: 'inherit' })
} catch {
  process.exit(1)
}
