// npm run bench -- mnist [--epochs 100] [--pairs 3] [--threads N]
// npm run bench -- rotation [--pairs 3] [--threads N]
// npm run bench -- training [--models vgg25,resnet18] [--optimizer layca|sgd] [--seconds 5] [--pairs 1] [--threads N]
// npm run bench -- records [--rows 10000000]
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

const benchmarks = ['mnist', 'rotation', 'training', 'records']
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '100' },
    pairs: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '10000000' },
    models: { type: 'string', default: '' },
    optimizer: { type: 'string', default: 'layca' },
  },
})
const [name = ''] = positionals
const { models, optimizer } = values
const numbers = {
  epochs: Number(values.epochs),
  pairs: Number(values.pairs ?? (name === 'training' ? 1 : 3)),
  threads: Number(values.threads),
  seconds: Number(values.seconds),
  rows: Number(values.rows),
}

if (!benchmarks.includes(name)) {
  console.error(`usage: npm run bench -- ${benchmarks.join('|')} [--epochs 100] [--pairs 3] [--threads N]`)
  process.exit(2)
}
for (const [option, value] of Object.entries(numbers)) {
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${option}: expected a whole number from 1 on`)
    process.exit(2)
  }
}
if (optimizer !== 'layca' && optimizer !== 'sgd') {
  console.error('--optimizer: expected layca or sgd')
  process.exit(2)
}
const { bench } = /** @type {{ bench: (options: object) => Promise<void> }} */ (await import(`./${name}.mjs`))
await bench({ ...numbers, models, optimizer })
