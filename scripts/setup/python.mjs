import { onPath, run } from './process.mjs'

/**
 * @typedef {object} Python
 * @property {string} executable
 * @property {[number, number]} version
 * @property {string | null} torch the folder of its torch package
 */

// find_spec() finds torch without importing it: a torch whose Python dependencies are missing still holds a LibTorch. The
// current folder leaves the path, because it may hold a folder named torch.
const question = `
import importlib.util, json, os, sys
sys.path = [p for p in sys.path if p]
spec = importlib.util.find_spec('torch')
folders = list(spec.submodule_search_locations or []) if spec else []
print(json.dumps(dict(executable=sys.executable, version=sys.version_info[:2], torch=folders[0] if folders else None)))
`

/**
 * Asks one Python for its version and its torch; null if it is missing or does not work.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Python | null>}
 */
async function ask(program, env) {
  const file = onPath(program, env)
  if (!file) return null
  const { code, stdout } = await run(file, ['-c', question], { env })
  return code === 0 ? /** @type {Python} */ (JSON.parse(stdout)) : null
}

/**
 * The Python that the user has activated, or the system's.
 * @param {NodeJS.ProcessEnv} env
 */
export async function activePython(env) {
  return (await ask('python3', env)) ?? (await ask('python', env))
}

/** The minor versions of Python 3 that PyTorch has wheels for. */
const minors = [14, 13, 12, 11, 10]

export const pythonVersions = '3.10 to 3.14'

/**
 * A Python that can hold the private LibTorch: the active one if its version fits.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ python: Python | null, tried: import('./index.mjs').Attempt[] }>}
 */
export async function suitablePython(env) {
  const tried = []
  for (const program of ['python3', 'python', ...minors.map((minor) => `python3.${minor}`)]) {
    const python = await ask(program, env)
    if (python && python.version[0] === 3 && minors.includes(python.version[1])) return { python, tried }
    const verdict = python ? `is Python ${python.version.join('.')}` : 'not found'
    tried.push({ where: program, verdict })
  }
  return { python: null, tried }
}
