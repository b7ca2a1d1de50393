import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupFailure } from '../setup/failure.mjs'
import { root } from '../setup/paths.mjs'
import { onPath, run } from '../setup/process.mjs'
import { requireOldGlibc } from './glibc.mjs'
import { bundledPackages } from './packages.mjs'

/** The largest archive: GPU hosts without a network take little more in one transfer. */
const mostBytes = 45 * 2 ** 20

/** Everything that building, training, checking and measuring need, besides node_modules and Node. */
const parts = [
  ...['package.json', 'LICENSE', 'README.md', 'CMakeLists.txt', 'binding.gyp', 'cmake', 'native', 'scripts'],
  ...['dist', 'src', 'assets', 'baseline', 'bench', 'examples', 'test'],
]

/** The launchers and install.sh, laid out as in the archive. */
const launchers = fileURLToPath(new URL('files', import.meta.url))

/**
 * Packs Node, the packages of production, the test runner, the sources, the compiled TypeScript and MNIST into a .tar.xz,
 * which Python can also unpack.
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
    waysOut: ['look for the part that has grown: tar tvf'],
  })
}

function requireHost() {
  const missing = ['tar', 'xz'].filter((program) => !onPath(program, process.env))
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const here = `${process.platform}-${process.arch}`
    throw new SetupFailure(`A bundle for Linux x64 contains the Node that makes it; this is a Node for ${here}.`, {
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
 * Copies a package with its licence, without documentation, declarations and source maps.
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
 * Copies the running Node, without its symbols, and its licence.
 * @param {string} folder
 */
async function copyNode(folder) {
  const node = join(folder, 'node')
  mkdirSync(folder, { recursive: true })
  cpSync(process.execPath, node, { dereference: true })
  chmodSync(node, 0o755)
  await run('strip', [node])
  const { code, output } = await run(node, ['--print', 'process.version'])
  if (code !== 0)
    throw new SetupFailure('Node does not run without its symbols.', { output, waysOut: ['report this as a bug'] })
  cpSync(nodeLicense(), join(folder, 'LICENSE.node'), { dereference: true })
}

/** Node's licence, where nodejs.org's archives and the distributions' packages have it. */
function nodeLicense() {
  const prefix = dirname(dirname(process.execPath))
  const places = [
    join(prefix, 'LICENSE'),
    ...['LICENSE', 'copyright'].map((name) => join(prefix, 'share/doc/nodejs', name)),
  ]
  const found = places.find((file) => existsSync(file))
  if (found) return found
  throw new SetupFailure("The bundle must contain Node's licence, which is in none of the usual places.", {
    tried: places.map((where) => ({ where, verdict: 'does not exist' })),
    waysOut: ['use a Node from nodejs.org'],
  })
}

/**
 * @param {string} parent
 * @param {string} name
 * @param {string} file
 */
async function pack(parent, name, file) {
  const owners = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner']
  // Separate blocks let several cores work; each is as large as the window of -9.
  const xz = 'xz -9 --threads=0 --block-size=64MiB'
  const { code, output } = await run('tar', [...owners, '-I', xz, '-cf', file, '-C', parent, name])
  if (code !== 0) throw new SetupFailure(`${file} could not be written.`, { output, waysOut: ['free some space'] })
}
