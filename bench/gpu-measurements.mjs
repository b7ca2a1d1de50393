import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { baselineParent } from '../baseline/python.mjs'
import { hashOfSources } from '../scripts/gpu-check/sources.mjs'
import { targetsOf } from './gpu-targets.mjs'
import { gpuDriver, machine } from './machine.mjs'
import { runMeasured } from './measured-process.mjs'
import { results, versionsOf, writeResult } from './result.mjs'

/**
 * @typedef {Record<string, any>} Measurement the JSON that a program printed, or { notMeasured, failed }: the reason,
 *   and true if the program failed, false if the time ran out
 */

/**
 * @typedef {object} Program
 * @property {string} name of the measurement
 * @property {string} program
 * @property {(string | number)[]} args
 * @property {number} [longest] the time limit in seconds; default: all that are left
 */

/** Files and folders that change the measurements. */
const sources = ['native', 'cmake', 'CMakeLists.txt', 'src', 'baseline', 'bench']

/** Seconds that must be left to start a program. */
const least = 10

/**
 * The state of a measurement; `part` is a run that the time limit cut off.
 * @param {Measurement | undefined} measurement
 * @returns {'measured' | 'part' | 'failed' | 'missing'}
 */
export function stateOf(measurement) {
  if (measurement === undefined) return 'missing'
  if (measurement['notMeasured'] !== undefined) return measurement['failed'] ? 'failed' : 'missing'
  return measurement['epochs'] < measurement['of'] ? 'part' : 'measured'
}

/**
 * The measurements of `bench gpu`, made until the time is over. They are saved after each program, and a later call on
 * the same sources, versions and device reads them and makes the missing ones.
 */
export class Measurements {
  /**
   * @param {object} options
   * @param {import('../src/native/contract.js').NativeDevice | null} options.gpu
   * @param {string} options.libtorch LibTorch's version
   * @param {number} options.seconds from now on
   * @param {string | undefined} options.folder
   * @param {boolean} options.again true to start anew
   * @param {NodeJS.ProcessEnv} options.env of the programs
   * @param {readonly string[]} options.names of all measurements to make
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

  /** The seconds left. */
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
   * Runs a program that prints its measurement as the last line, unless the measurement exists already.
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
   * Runs programs at the same time to fill caches.
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
        return { notMeasured: `did not finish within ${seconds.toFixed(0)} s`, failed: false }
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
   * Returns the measurements of the newest file of the same sources, versions and device, or none if it is complete.
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
