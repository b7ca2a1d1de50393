// Trains a GPT of 1.2 million parameters by AdamW, AdamH and MuonH, byte by byte, on the TypeScript sources of zod, which come with
// this package, and draws how far each layer turns. Python with PyTorch makes the network, then this script trains it:
//
//   npx layer-rotation exporter > export_model.py
//   python export_model.py examples/tiny_gpt.py:make_gpt tokens:128,256 tiny-gpt.pt2
//   npx jiti examples/tiny-gpt.ts
//
// This is a first look: it trains on 30,000 bytes of the text, 60 steps for each optimizer, a minute and a half of CPU time in all.
// `npx jiti examples/tiny-gpt.ts 3000000` takes all 2.8 million bytes.
//
// Under AdamW the layers part in two. What is added to the shortcuts, `project` and `down`, and the head turn to cosine distances of
// 0.23 to 0.40; embeddings, `qkv` and `up` to 0.05 to 0.08. `project` and `down` begin smaller, so that the same step turns them
// more. AdamH and MuonH set the angle of a step, not its length: all layers turn to 0.04 to 0.09. The rates are not tuned, and the
// losses at the end (2.8, 3.3 and 3.5) do not say which optimizer is the better one.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  adamH,
  adamW,
  cosine,
  experiment,
  exported,
  muonH,
  tokens,
  train,
  warmup,
  writeReport,
  type Run,
} from 'layer-rotation'

const bytes = Number(process.argv[2] ?? 30_000)

/** Writes the sources of zod as one text to train on and one to test on, a tenth of the files. */
function writeText(folder: string): { file: string; test: string } {
  const ownRequire = createRequire(createRequire(import.meta.url).resolve('layer-rotation/package.json'))
  const sources = join(dirname(ownRequire.resolve('zod/package.json')), 'src')
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const texts = names.sort().map((name) => readFileSync(join(sources, name)))
  const [file, test] = [join(folder, 'train.txt'), join(folder, 'test.txt')]
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, Buffer.concat(texts.filter((_, i) => i % 10 !== 0)).subarray(0, bytes))
  writeFileSync(test, Buffer.concat(texts.filter((_, i) => i % 10 === 0)).subarray(0, bytes / 10))
  return { file, test }
}

const data = tokens({ ...writeText('tiny-gpt-text'), context: 128, vocabulary: 256, elements: 'uint8' })
const contenders = [
  { name: 'tiny-gpt-adamw', optimizer: adamW({ beta2: 0.95, weightDecay: 0.1 }), rate: 2e-3 },
  { name: 'tiny-gpt-adamh', optimizer: adamH({ beta2: 0.95 }), rate: 2e-2 },
  { name: 'tiny-gpt-muonh', optimizer: muonH(), rate: 2e-2 },
]

const runs: Run[] = []
for (const { name, optimizer, rate } of contenders) {
  const config = experiment({
    name,
    data,
    model: exported({ file: 'tiny-gpt.pt2' }),
    optimizer,
    learningRate: warmup(cosine(rate), { epochs: 1, kind: 'linear', factor: 1 / 10 }),
    groups: [{ match: { kind: 'normalization' }, trained: true }],
    epochs: 4,
    batchSize: 16,
  })
  const run = await train(config, {
    onEpochEnd: ({ epoch, train, test, rotation }) =>
      console.log(
        `${name}  epoch ${epoch}  loss ${train.loss.toFixed(3)}, test ${test?.loss.toFixed(3)}  ` +
          `${(100 * (test?.accuracy ?? NaN)).toFixed(1)} % of the test bytes  rotation ${rotation.mean.toFixed(3)}`,
      ),
  })
  const turned = run.rotation.layers
    .map((layer) => ({ layer, distance: run.rotation.layer(layer).at(-1) ?? NaN }))
    .sort((a, b) => a.distance - b.distance)
  for (const { layer, distance } of [turned[0]!, turned.at(-1)!]) {
    console.log(`${name}  ${layer} turned to a cosine distance of ${distance.toFixed(3)}`)
  }
  runs.push(run)
}
console.log(await writeReport(runs, 'tiny-gpt-report'))
