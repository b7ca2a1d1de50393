import { median } from './statistics.mjs'

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string} wanted
 * @property {string} measured
 * @property {boolean | null} met null if it was not measured, or has no target
 */

/** @typedef {Record<string, Record<string, any>>} Measurements */

/**
 * The targets with the measured values: ratios of medians from one call.
 * @param {Measurements} measurements
 * @param {boolean} isGpu
 * @returns {Target[]}
 */
export function targetsOf(measurements, isGpu) {
  /** Returns the median of a list, or a number unchanged; NaN if it was not measured. */
  const value = (/** @type {string} */ measurement, /** @type {string} */ key) => {
    const found = measurements[measurement]?.[key]
    return Array.isArray(found) ? median(found) : typeof found === 'number' ? found : NaN
  }
  const step = (/** @type {string} */ network) => value(`training ${network}`, 'sgdNs')
  const theirs = (/** @type {string} */ network, /** @type {string} */ mode) =>
    value(`pytorch ${network} ${mode}`, 'stepNs')
  const wide = (/** @type {string} */ key) => value('kernels wideResnet28x10', key)
  const recording = (/** @type {string} */ network) =>
    value(`training ${network}`, 'recordedNs') / value(`training ${network}`, 'laycaNs') - 1
  const flops = value('pytorch wideResnet28x10 eager', 'flops') / (step('wideResnet28x10') / 1e9)
  // The copy of the faster of the two.
  const copy = Math.min(...[wide('copyNs'), value('pytorch kernels', 'copyNs')].filter((ns) => !Number.isNaN(ns)))

  /** @type {[string, 'at least' | 'at most', number, number, Unit][]} */
  const rows = [
    ['monitor on WRN-28-10, of copy bandwidth', 'at least', 0.9, copy / wide('monitorNs'), percent],
    ['monitor on ResNet-32 in a graph', 'at most', 8, value('kernels resnet32', 'monitorNs') / 1e3, microseconds],
    ['monitor on ResNet-110 in a graph', 'at most', 8, value('kernels resnet110', 'monitorNs') / 1e3, microseconds],
    ...networks.map(
      ([network, name]) =>
        /** @type {Row} */ ([
          `monitoring every step, ${name}, of the step`,
          'at most',
          0.01,
          recording(network),
          percent,
        ]),
    ),
    ['Layca-SGD to fused SGD, time', 'at most', 1.5, wide('laycaNs') / value('pytorch kernels', 'fusedSgdNs'), times],
    [
      'Layca-SGD against eager foreach',
      'at least',
      2.5,
      value('pytorch kernels', 'foreachLaycaNs') / wide('laycaNs'),
      times,
    ],
    [
      'Layca-SGD against compiled Layca',
      'at least',
      1,
      value('pytorch compiled Layca', 'compiledLaycaNs') / wide('laycaNs'),
      times,
    ],
    ...against('resnet32', 'ResNet-32', 3, 'reduce-overhead', 1.1),
    ...against('resnet110', 'ResNet-110', 3, 'reduce-overhead', 1.1),
    ...against('wideResnet28x10', 'WRN-28-10', 1.05, 'max-autotune', 0.95),
    ...against('vgg16', 'VGG-16', 1.05, 'max-autotune', 0.95),
    ['WRN-28-10, of the bf16 matrix peak', 'at least', 0.4, flops / value('pytorch kernels', 'matrixFlops'), percent],
  ]

  /** @typedef {(typeof rows)[number]} Row */

  /**
   * @param {string} network
   * @param {string} name
   * @param {number} eager
   * @param {string} mode
   * @param {number} compiled
   * @returns {Row[]}
   */
  function against(network, name, eager, mode, compiled) {
    return [
      [`${name}, step against eager`, 'at least', eager, theirs(network, 'eager') / step(network), times],
      [`${name}, step against ${mode}`, 'at least', compiled, theirs(network, mode) / step(network), times],
    ]
  }

  const shadows = networks.map(([network, name]) => {
    const ratio = value(`training ${network}`, 'castNs') / step(network)
    return reported(`bf16 copies of the weights against casts, ${name}`, times(ratio), isGpu && Number.isFinite(ratio))
  })
  return [...rows.map((row) => judged(row, isGpu)), ...shadows, ...runs(measurements, isGpu)]
}

const networks = /** @type {const} */ ([
  ['resnet32', 'ResNet-32'],
  ['resnet110', 'ResNet-110'],
  ['wideResnet28x10', 'WRN-28-10'],
])

/** @typedef {(value: number) => string} Unit */

const percent = (/** @type {number} */ value) => `${(100 * value).toFixed(1)} %`
const microseconds = (/** @type {number} */ value) => `${value.toFixed(1)} µs`
const times = (/** @type {number} */ value) => `${value.toFixed(2)} times`

/**
 * @param {[string, 'at least' | 'at most', number, number, Unit]} row
 * @param {boolean} isGpu
 * @returns {Target}
 */
function judged([name, direction, bound, value, unit], isGpu) {
  const wanted = `${direction} ${unit(bound)}`
  if (!isGpu || !Number.isFinite(value)) return { name, wanted, measured: '', met: null }
  return { name, wanted, measured: unit(value), met: direction === 'at least' ? value >= bound : value <= bound }
}

/**
 * A row without a target, which reports a value.
 * @param {string} name
 * @param {string} measured
 * @param {boolean} isMeasured
 * @returns {Target}
 */
const reported = (name, measured, isMeasured) =>
  isMeasured ? { name, wanted: 'reported', measured, met: true } : { name, wanted: '', measured: '', met: null }

/**
 * Wall time and images a second of the whole runs; a run with epochs missing says so.
 * @param {Measurements} measurements
 * @param {boolean} isGpu
 * @returns {Target[]}
 */
function runs(measurements, isGpu) {
  const titles = { 'run vgg25': 'C10-CNN1, 100 epochs', 'run resnet32': 'ResNet-32, 100 epochs' }
  return Object.entries(titles).map(([key, name]) => {
    const run = measurements[key]
    if (!isGpu || run?.['epochs'] === undefined) return reported(name, '', false)
    const part = run['epochs'] === run['of'] ? '' : ` (${run['epochs']} of ${run['of']} epochs measured)`
    const rate = `${run['imagesPerSecond'].toFixed(0)} images/s`
    const measured = `${run['wallSeconds'].toFixed(1)} s, ${rate}${part}`
    return { ...reported(name, measured, true), met: part === '' ? true : null }
  })
}
