import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOfSources } from './sources.mjs'

/**
 * @typedef {object} CheckResult
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped' | 'not run'} state
 * @property {number} seconds
 * @property {string} [reason]
 * @property {number} [passed] number of tests
 * @property {number} [failed]
 * @property {number} [skipped]
 * @property {{ name: string, error: string }[]} [failures]
 * @property {string[]} [results] the results in words
 */

/**
 * @typedef {object} Measured the results of bench/gpu.mjs
 * @property {{ name: string, wanted: string, measured: string, met: boolean | null }[]} targets met: null if it was not
 *   measured
 */

/** The files and folders that results depend on. */
const sources = ['native', 'cmake', 'CMakeLists.txt', 'src', 'test', 'baseline', 'bench', 'scripts']

/** @param {import('./host.mjs').Host} host */
const environmentOf = ({ device, gpu, driver, versions, cudaKernels }) =>
  JSON.stringify({ device, gpu, driver, versions, cudaKernels })

/** The report of all checks and measurements, in gpu-check.json and, for people, in gpu-check.md. Written after every check. */
export class Report {
  /**
   * Continues a report of the same sources, device, driver and LibTorch.
   * @param {string} folder
   * @param {import('./host.mjs').Host} host
   * @param {{ again: boolean }} options again: starts from the beginning
   */
  constructor(folder, host, { again }) {
    this.host = host
    this.files = [join(folder, 'gpu-check.json'), join(folder, 'gpu-check.md')]
    this.sources = hashOfSources(sources)
    /** @type {Record<string, CheckResult[]>} */
    this.parts = {}
    /** @type {Measured | null} */
    this.measured = null
    const [json = ''] = this.files
    if (again || !existsSync(json)) return
    const old = JSON.parse(readFileSync(json, 'utf8'))
    if (old.sources !== this.sources || environmentOf(old.host) !== environmentOf(host)) return
    this.parts = old.parts
    this.measured = old.measured
  }

  /**
   * @param {string} part
   * @param {string} name
   */
  hasPassed(part, name) {
    return this.parts[part]?.some((check) => check.name === name && check.state === 'passed') === true
  }

  /**
   * @param {string} part
   * @param {CheckResult[]} results replace earlier ones with the same names
   */
  add(part, results) {
    const names = new Set(results.map(({ name }) => name))
    this.parts[part] = [...(this.parts[part] ?? []).filter(({ name }) => !names.has(name)), ...results]
    this.write()
  }

  /** @param {Measured} measured */
  setMeasured(measured) {
    this.measured = measured
    this.write()
  }

  get failed() {
    return Object.values(this.parts)
      .flat()
      .some(({ state }) => state === 'failed' || state === 'not run')
  }

  /** @private */
  write() {
    const [json = '', markdown = ''] = this.files
    const { sources, host, parts, measured } = this
    writeFileSync(
      json,
      JSON.stringify({ date: new Date().toISOString(), sources, host, parts, measured }, null, 2) + '\n',
    )
    writeFileSync(markdown, this.text())
  }

  headline() {
    const { gpu, driver, cpu, cores, versions } = this.host
    const host = `${cpu}, ${cores} cores; Node ${versions.node}, LibTorch ${versions.libtorch}, nvcc ${versions.nvcc ?? 'absent'}`
    return gpu === null
      ? `No GPU was found: all checks ran on the CPU, and no GPU was measured. ${host}`
      : `${gpu}, driver ${driver ?? 'unknown'}; ${host}`
  }

  /** The report as Markdown. */
  text() {
    const rows = Object.entries(this.parts).flatMap(([part, checks]) =>
      checks.map(({ name, state, seconds, reason, passed, failed, skipped }) => {
        const tests = passed === undefined ? '' : `${passed} passed, ${failed} failed, ${skipped} skipped`
        return [part, name, state, state === 'skipped' ? (reason ?? '') : tests, seconds.toFixed(1)]
      }),
    )
    const failures = Object.values(this.parts)
      .flat()
      .filter(({ state }) => state === 'failed' || state === 'not run')
      .map(({ name, state, reason, failures = [] }) => {
        const tests = failures.map((test) => `- ${test.name}\n\n${indented(test.error)}`)
        return [`### ${name}: ${state}`, ...(reason ? [indented(reason)] : []), ...tests].join('\n\n')
      })
    return [
      '# GPU check',
      this.headline(),
      table([['part', 'check', 'outcome', 'tests', 'seconds'], ...rows]),
      ...this.results(),
      ...(this.measured ? ['## Speed', this.targets(this.measured)] : []),
      ...(failures.length > 0 ? ['## Failures', ...failures] : []),
    ].join('\n\n')
  }

  /** @private */
  results() {
    return Object.values(this.parts)
      .flat()
      .flatMap(({ name, results }) => (results ? [`## ${name}`, results.map((each) => `- ${each}`).join('\n')] : []))
  }

  /**
   * @private
   * @param {Measured} measured
   */
  targets({ targets }) {
    const verdict = (/** @type {boolean | null} */ met) => (met === null ? 'not measured' : met ? 'met' : 'missed')
    const rows = targets.map(({ name, wanted, measured, met }) => [name, wanted, measured, verdict(met)])
    return table([['', 'wanted', 'measured', ''], ...rows])
  }
}

/** @param {string} text */
const indented = (text) => text.replaceAll(/^/gm, '    ')

/** @param {string[][]} rows the first is the header */
function table(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (/** @type {string[]} */ row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const [header = [], ...body] = rows
  return [line(header), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n')
}
