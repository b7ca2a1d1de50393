import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { withLock } from './lock.mjs'
import { root, stampFolder } from './paths.mjs'
import { run } from './process.mjs'

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }>} Packages */

/**
 * Installs the packages of package-lock.json if node_modules differs from it.
 * @param {{ env: NodeJS.ProcessEnv, note: (text: string) => void }} context
 * @returns {Promise<{ outcome: string }>}
 */
export async function installNodeModules({ env, note }) {
  if (isInstalled(root)) return { outcome: 'up to date' }
  return withLock(
    join(stampFolder, 'node-modules.lock'),
    async () => {
      if (isInstalled(root)) return { outcome: 'up to date' }
      note('npm ci')
      const { code, output } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        cwd: root,
        env,
      })
      if (code === 0) return { outcome: 'installed' }
      throw new SetupFailure('npm could not install the packages of package-lock.json.', {
        // npm says first what is wrong, and explains its options after that.
        output: output
          .split('\n')
          .filter((line) => line.startsWith('npm error'))
          .slice(0, 8)
          .join('\n'),
        waysOut: [
          'connect to the network',
          'set a registry that this machine can reach: npm config set registry URL',
          'run npm install if package.json was changed without package-lock.json',
        ],
      })
    },
    note,
  )
}

/**
 * Returns whether node_modules matches the lock file, by the list that npm keeps in node_modules. An optional package
 * may be missing: it may be for another machine.
 * @param {string} folder
 */
export function isInstalled(folder) {
  const list = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(list)) return false
  const wanted = packages(join(folder, 'package-lock.json'))
  const present = packages(list)
  return (
    Object.entries(wanted).every(
      ([path, entry]) => path === '' || (present[path] ? same(present[path], entry) : entry.optional === true),
    ) && Object.keys(present).every((path) => path in wanted)
  )
}

/**
 * @param {string} file
 * @returns {Packages}
 */
function packages(file) {
  return /** @type {{ packages: Packages }} */ (JSON.parse(readFileSync(file, 'utf8'))).packages
}

/**
 * @param {Packages[string]} a
 * @param {Packages[string]} b
 */
function same(a, b) {
  return a.version === b.version && a.integrity === b.integrity
}
