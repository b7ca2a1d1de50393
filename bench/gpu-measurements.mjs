import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { baselineParent } from '../baseline/python.mjs'
import { hashOfSources } from '../scripts/gpu-check/sources.mjs'
import { targetsOf } from './gpu-targets.mjs'
import { gpuDriver, machine } from './machine.mjs'
import { runMeasured } from './measured-process.mjs'
import { results, versionsOf, writeResult } from './result.mjs'

/**
 * @typedef {Record<string, any>} Measurement what a program printed; or { notMeasured: why, failed: whether the program failed,
 *   rather than that time ran out }
 */

/**
 * @typedef {object} Program
 * @property {string} name of what it measures
 * @property {string} program
 * @property {(string | number)[]} args
 * @property {number} [longest] seconds; by default all that are left
 */

/** What measurements depend on. */
const sources = ['native', 'cmake', 'CMakeLists.txt', 'src', 'baseline', 'bench']

/** Below this many seconds nothing is begun. */
const least = 10

/**
 * `part`: a run that the time cut off.
 * @param {Measurement | undefined} measurement
 * @returns {'measured' | 'part' | 'failed' | 'missing'}
 */
export function stateOf(measurement) {
  if (measurement === undefined) return 'missing'
  if (measurement['notMeasured'] !== undefined) return measurement['failed'] ? 'failed' : 'missing'
  return measurement['epochs'] < measurement['of'] ? 'part' : 'measured'
}

/**
 * What the programs of `bench gpu` measured, until the time is over. Saved after each, and read again by a later call on the same
 * sources, versions and device, which goes on with what is missing.
 */
export class Measurements {
  /**
   * @param {object} options
   * @param {import('../src/native/contract.js').NativeDevice | null} options.gpu
   * @param {string} options.libtorch its version
   * @param {number} options.seconds from now on
   * @param {string | undefined} options.folder
   * @param {boolean} options.again begins anew
   * @param {NodeJS.ProcessEnv} options.env of the programs
   * @param {readonly string[]} options.names of all that is to be measured
   */
  constructor({ gpu, libtorch, seconds, folder = results, again, env, names }) {
    this.end = performance.now() + 1000 * seconds
    this.folder = folder
    this.env = env
    this.libtorch = libtorch
    this.about = {
      sources: hashOfSources(sources),
      gpu: gpu && { ...gpu, driver: gpuDriver() },
      isGpu: gpu !== null,
    }
    const before = again ? {} : this.before()
    /** @type {Record<string, Measurement>} */
    this.all = Object.fromEntries(names.map((name) => [name, before[name] ?? noTime]))
    this.file = this.save()
  }

  /** Seconds. */
  get left() {
    return (this.end - performance.now()) / 1000
  }

  /** @param {string} name */
  has(name) {
    return stateOf(this.all[name]) === 'measured'
  }

  /** @param {string} name */
  isPart(name) {
    return stateOf(this.all[name]) === 'part'
  }

  get targets() {
    return targetsOf(this.all, this.about.isGpu)
  }

  /**
   * Runs a program that prints its measurement as the last line, unless it is there already.
   * @param {Program} program
   */
  async measure({ name, program, args, longest = Infinity }) {
    if (this.has(name)) return
    const found = await this.run(program, args, longest)
    const isWorse = this.isPart(name) && !(found['epochs'] > this.all[name]?.['epochs'])
    if (!isWorse) this.all[name] = found
    const { notMeasured } = found
    this.tell(notMeasured ? `${name}: ${notMeasured.trimEnd().split('\n').at(-1)}` : name)
    this.file = this.save()
  }

  /**
   * Runs programs at the same time for what they leave in caches.
   * @param {Program[]} programs
   */
  async prepare(programs) {
    if (programs.length === 0 || this.left < least) return
    await Promise.all(programs.map(({ program, args, longest = Infinity }) => this.run(program, args, longest)))
    this.tell(`prepared ${programs.map(({ name }) => name).join(', ')}`)
  }

  /**
   * @param {string} program
   * @param {(string | number)[]} args
   * @param {number} longest
   * @returns {Promise<Measurement>}
   * @private
   */
  async run(program, args, longest) {
    if (this.left < least) return noTime
    const seconds = Math.min(longest, this.left)
    const start = performance.now()
    const options = { cwd: baselineParent, env: this.env, timeout: Math.round(1000 * seconds) }
    try {
      const { stdout } = await runMeasured(program, args.map(String), options)
      return { date: new Date().toISOString(), ...JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') }
    } catch (error) {
      if (performance.now() - start >= 1000 * seconds) {
        return { notMeasured: `did not end within ${seconds.toFixed(0)} s`, failed: false }
      }
      return { notMeasured: /** @type {Error} */ (error).message.slice(-2000), failed: true }
    }
  }

  /** @param {string} text */
  tell(text) {
    console.log(`${this.left.toFixed(0).padStart(5)} s left  ${text}`)
  }

  /**
   * @returns {string} the file
   * @private
   */
  save() {
    const measured = { ...this.about, targets: this.targets, measurements: this.all }
    const tag = this.about.gpu?.description ?? 'no GPU'
    return writeResult('gpu', measured, { libtorch: this.libtorch }, { folder: this.folder, tag })
  }

  /**
   * The measurements of the newest file of the same sources, versions and device, unless nothing is missing there.
   * @returns {Record<string, Measurement>}
   * @private
   */
  before() {
    const mine = this.key({ ...this.about, machine: machine(), versions: versionsOf({ libtorch: this.libtorch }) })
    const files = existsSync(this.folder) ? readdirSync(this.folder) : []
    const same = files
      .filter((name) => /^gpu-(?!check).*\.json$/.test(name))
      .map((name) => JSON.parse(readFileSync(join(this.folder, name), 'utf8')))
      .filter((result) => this.key(result) === mine)
      .sort((one, other) => (one.date < other.date ? -1 : 1))
    /** @type {Record<string, Measurement>} */
    const measurements = same.at(-1)?.measurements ?? {}
    const isWhole = Object.values(measurements).every((each) => stateOf(each) === 'measured')
    return isWhole ? {} : measurements
  }

  /**
   * @param {Record<string, any>} result
   * @private
   */
  key({ sources, gpu, machine, versions }) {
    return JSON.stringify([sources, gpu?.description, gpu?.driver, machine?.cpu, versions])
  }
}

const noTime = { notMeasured: 'no time was left', failed: false }
