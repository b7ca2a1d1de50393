// npm run bench -- mnist [--epochs 100] [--pairs 3] [--threads N]
// npm run bench -- rotation [--pairs 3] [--threads N]
// npm run bench -- optimizers [--rules sgd,adam] [--pairs 2] [--threads N]
// npm run bench -- training [--models vgg25,resnet18] [--precision fp32|bf16] [--optimizer layca|sgd] [--seconds 5] [--pairs 1]
//   [--threads N]
// npm run bench -- evaluation [--models mlp,resnet32] [--precision fp32|bf16] [--seconds 5] [--pairs 3] [--threads N]
// npm run bench -- side-by-side [--models mlp,resnet32] [--seconds 5] [--pairs 3] [--threads N]
// npm run bench -- gpu [--seconds 3600] [--output FOLDER] [--again]
// npm run bench -- records [--rows 10000000]
// npm run bench -- python [--seconds 5] [--threads N]
// npm run bench -- measure [--pairs 3] [--threads N]
// npm run bench -- exported [--pairs 3] [--seconds 5] [--threads N]
// npm run bench -- sweep [--epochs 100] [--pairs 3] [--threads N]
// npm run bench -- tune [--tasks mnist-layca,cifar-vgg-sgd] [--seeds 3] [--jobs 1] [--output FOLDER]
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

const benchmarks = [
  'mnist',
  'rotation',
  'optimizers',
  'training',
  'evaluation',
  'side-by-side',
  'records',
  'measure',
  'exported',
  'python',
  'sweep',
  'tune',
  'gpu',
]
/** Pairs by default of the benchmarks whose pairs take long. */
const fewerPairs = new Map([
  ['training', 1],
  ['optimizers', 2],
])
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '100' },
    pairs: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string' },
    rows: { type: 'string', default: '10000000' },
    models: { type: 'string', default: '' },
    precision: { type: 'string', default: '' },
    tasks: { type: 'string', default: '' },
    seeds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '1' },
    optimizer: { type: 'string', default: 'layca' },
    rules: { type: 'string', default: '' },
    output: { type: 'string' },
    again: { type: 'boolean', default: false },
  },
})
const [name = ''] = positionals
const { models, optimizer, precision, rules, tasks } = values
const numbers = {
  epochs: Number(values.epochs),
  pairs: Number(values.pairs ?? fewerPairs.get(name) ?? 3),
  threads: Number(values.threads),
  // The seconds limit one process, or with `gpu` the whole call.
  seconds: Number(values.seconds ?? (name === 'gpu' ? 3600 : 5)),
  rows: Number(values.rows),
  seeds: Number(values.seeds),
  jobs: Number(values.jobs),
}

if (!benchmarks.includes(name)) {
  console.error(`usage: npm run bench -- ${benchmarks.join('|')} [--epochs 100] [--pairs 3] [--threads N]`)
  process.exit(2)
}
for (const [option, value] of Object.entries(numbers)) {
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${option}: expected a whole number of at least 1`)
    process.exit(2)
  }
}
if (optimizer !== 'layca' && optimizer !== 'sgd') {
  console.error('--optimizer: expected layca or sgd')
  process.exit(2)
}
if (!['', 'fp32', 'bf16'].includes(precision)) {
  console.error('--precision: expected fp32 or bf16')
  process.exit(2)
}
const { bench } = /** @type {{ bench: (options: object) => Promise<void> }} */ (await import(`./${name}.mjs`))
await bench({ ...numbers, models, precision, tasks, optimizer, rules, output: values.output, again: values.again })
