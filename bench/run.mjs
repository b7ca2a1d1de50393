// npm run bench -- mnist [--epochs 100] [--pairs 3] [--threads N]
// npm run bench -- rotation [--pairs 3] [--threads N]
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '100' },
    pairs: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
})
const options = { epochs: Number(values.epochs), pairs: Number(values.pairs), threads: Number(values.threads) }
const [name] = positionals

if (name !== 'mnist' && name !== 'rotation') {
  console.error('usage: npm run bench -- mnist|rotation [--epochs 100] [--pairs 3] [--threads N]')
  process.exit(2)
}
for (const [option, value] of Object.entries(options)) {
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${option}: expected a whole number from 1 on`)
    process.exit(2)
  }
}
const { bench } = name === 'mnist' ? await import('./mnist.mjs') : await import('./rotation.mjs')
await bench(options)
