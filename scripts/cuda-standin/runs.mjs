/**
 * A test file, and the settings of the stand-in for it.
 * @typedef {object} Run
 * @property {string} file
 * @property {string} [pattern] only tests whose names match it
 * @property {Record<string, string>} [settings] variables LAYER_ROTATION_STANDIN_…, without that beginning
 */

/**
 * The files that `npm run cuda-standin` runs.
 * @type {Run[]}
 */
export const everyRun = [
  { file: 'test/cuda/standin/planted-faults.test.ts' },
  { file: 'test/cuda/standin/failures.test.ts' },
  { file: 'test/cuda/standin/nodes.test.ts' },
  // With one multiprocessor a block takes many items in turn. Every rule under Layca, and every control.
  { file: 'test/cuda/kernels.test.ts', pattern: 'monitor|same bits|, layca is|adamW, ', settings: { PROCESSORS: '1' } },
  { file: 'test/cuda/graph.test.ts' },
  // A terabyte of activations, which another test refuses, would be computed here; twenty trainers take long.
  { file: 'test/cuda/training.test.ts', pattern: '^(?!.*(out of memory|more than there are streams))' },
  { file: 'test/cuda/networks.test.ts', pattern: 'mlp|resnet32' },
  { file: 'test/native/concurrency.test.ts', settings: { ASYNCHRONOUS: '50' } },
  { file: 'test/native/exit.test.ts' },
]

/**
 * The runs of whole files.
 * @param {string[]} files
 * @returns {Run[]}
 */
export const runsOf = (files) => files.map((file) => ({ file }))
