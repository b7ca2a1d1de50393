/**
 * A test file, and the settings of the stand-in for it.
 * @typedef {object} Run
 * @property {string} file
 * @property {string} [pattern] only tests whose names match it
 * @property {Record<string, string>} [settings] variables LAYER_ROTATION_STANDIN_…, without that beginning
 */

/**
 * What `npm run cuda-standin` runs.
 * @type {Run[]}
 */
export const everyRun = [
  { file: 'test/cuda/standin/planted-faults.test.ts' },
  { file: 'test/cuda/standin/failures.test.ts' },
  { file: 'test/cuda/standin/nodes.test.ts' },
  { file: 'test/cuda/kernels.test.ts' },
  { file: 'test/cuda/graph.test.ts' },
  { file: 'test/cuda/training.test.ts' },
  { file: 'test/cuda/networks.test.ts' },
  { file: 'test/native/concurrency.test.ts', settings: { ASYNCHRONOUS: '50' } },
  { file: 'test/native/exit.test.ts' },
  { file: 'test/native/memory.test.ts' },
]

/**
 * The runs of whole files.
 * @param {string[]} files
 * @returns {Run[]}
 */
export const runsOf = (files) => files.map((file) => ({ file }))
