import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupFailure } from '../setup/failure.mjs'
import { root } from '../setup/paths.mjs'
import { onPath, run } from '../setup/process.mjs'
import { requireOldGlibc } from './glibc.mjs'
import { bundledPackages } from './packages.mjs'

/** What GPU hosts without a network take at a time is little more. */
const mostBytes = 45 * 2 ** 20

/** All that building, training, checking and measuring take, besides node_modules and Node. */
const parts = [
  ...['package.json', 'LICENSE', 'README.md', 'CMakeLists.txt', 'binding.gyp', 'cmake', 'native', 'scripts'],
  ...['dist', 'src', 'assets', 'baseline', 'bench', 'examples', 'test'],
]

/** The launchers and install.sh, as they lie in the archive. */
const launchers = fileURLToPath(new URL('files', import.meta.url))

/**
 * Node, production modules, what runs the tests, the sources, the compiled TypeScript and MNIST in a .tar.xz, which
 * Python unpacks, too.
 * @param {{ output?: string | undefined }} options
 * @returns {Promise<{ file: string, bytes: number }>}
 * @throws {SetupFailure}
 */
export async function makeBundle({ output }) {
  requireHost()
  const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  const name = `layer-rotation-${version}-linux-x64`
  const file = resolve(output ?? `${name}.tar.xz`)
  const scratch = mkdtempSync(join(tmpdir(), 'layer-rotation-bundle-'))
  try {
    const folder = join(scratch, name)
    mkdirSync(folder)
    for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true, filter: isSource })
    for (const path of bundledPackages()) copyPackage(path, folder)
    cpSync(launchers, folder, { recursive: true })
    await copyNode(join(folder, 'bin'))
    requireOldGlibc(folder)
    await pack(scratch, name, file)
  } finally {
    rmSync(scratch, { recursive: true })
  }
  const bytes = statSync(file).size
  if (bytes <= mostBytes) return { file, bytes }
  throw new SetupFailure(`${file} has ${bytes} bytes; at most ${mostBytes} are allowed.`, {
    waysOut: ['see which part has grown: tar tvf'],
  })
}

function requireHost() {
  const missing = ['tar', 'xz'].filter((program) => !onPath(program, process.env))
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const here = `${process.platform}-${process.arch}`
    throw new SetupFailure(`A bundle for Linux x64 holds the Node that makes it; here is ${here}.`, {
      waysOut: ['make it on a Linux x64 machine'],
    })
  }
  if (missing.length > 0) {
    throw new SetupFailure(`A bundle cannot be made without ${missing.join(' and ')}.`, {
      waysOut: ['install them (Debian, Ubuntu: apt install tar xz-utils)'],
    })
  }
}

/** @param {string} path */
const isSource = (path) => !['__pycache__', '.vite', 'results'].includes(basename(path))

/**
 * A package without what only people and compilers read, but with its licence.
 * @param {string} path below root, such as node_modules/tar
 * @param {string} folder
 */
function copyPackage(path, folder) {
  const from = join(root, path)
  const filter = (/** @type {string} */ source) => {
    const below = source.slice(from.length)
    if (below === '/node_modules') return false
    if (/license|licence|notice|copying/i.test(basename(source))) return true
    return !/\.(map|md|markdown|d\.[cm]?ts)$/.test(source)
  }
  cpSync(from, join(folder, path), { recursive: true, dereference: true, filter })
}

/**
 * The running Node without its symbols, and its licence.
 * @param {string} folder
 */
async function copyNode(folder) {
  const node = join(folder, 'node')
  mkdirSync(folder, { recursive: true })
  cpSync(process.execPath, node, { dereference: true })
  chmodSync(node, 0o755)
  await run('strip', [node])
  const { code, output } = await run(node, ['--print', 'process.version'])
  if (code !== 0) throw new SetupFailure('Node does not run without its symbols.', { output, waysOut: ['report it'] })
  cpSync(nodeLicense(), join(folder, 'LICENSE.node'), { dereference: true })
}

/** Where nodejs.org's archives and the distributions' packages have it. */
function nodeLicense() {
  const prefix = dirname(dirname(process.execPath))
  const places = [
    join(prefix, 'LICENSE'),
    ...['LICENSE', 'copyright'].map((name) => join(prefix, 'share/doc/nodejs', name)),
  ]
  const found = places.find((file) => existsSync(file))
  if (found) return found
  throw new SetupFailure("Node's licence has to go with it, and is in none of the usual places.", {
    tried: places.map((where) => ({ where, verdict: 'does not exist' })),
    waysOut: ['take a Node from nodejs.org'],
  })
}

/**
 * @param {string} parent
 * @param {string} name
 * @param {string} file
 */
async function pack(parent, name, file) {
  const owners = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner']
  // Blocks of their own, so that several cores can work; each is as large as the window of -9.
  const xz = 'xz -9 --threads=0 --block-size=64MiB'
  const { code, output } = await run('tar', [...owners, '-I', xz, '-cf', file, '-C', parent, name])
  if (code !== 0) throw new SetupFailure(`${file} could not be written.`, { output, waysOut: ['free some space'] })
}
