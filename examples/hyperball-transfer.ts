// Asks whether the best angle of a step transfers between widths where the best learning rate does not (arXiv 2606.16899). A
// perceptron of three widths trains by AdamW and by AdamH, whose rate is the angle of a step, at eight rates and three seeds.
// This is a script of 144 runs, three minutes on two cores:
//
//   npx jiti examples/hyperball-transfer.ts
//
// It does not show a difference at this size: by the training loss the best rate of both falls by one power of 3 from width 32 to
// 128, AdamW's from 3^-4 to 3^-5 and AdamH's from 3^-3 to 3^-4, and both stay there at 512.

import { adamH, adamW, cosine, experiment, mlp, mnist, openStudy, study, studyGroups, sweep } from 'layer-rotation'

const methods = { AdamW: adamW(), AdamH: adamH() }
const rates = [-9, -8, -7, -6, -5, -4, -3, -2].map((power) => 3 ** power)

const transfer = study({
  name: 'hyperball-transfer',
  base: ({ method, width, rate, seed }) =>
    experiment({
      name: 'hyperball-transfer',
      data: mnist({ perClass: 100 }),
      model: mlp({ hidden: [width as number, width as number] }),
      optimizer: methods[method as keyof typeof methods],
      learningRate: cosine(rate as number),
      epochs: 10,
      batchSize: 50,
      seed: seed as number,
    }),
  axes: { method: Object.keys(methods), width: [32, 128, 512], rate: rates, seed: [1, 2, 3] },
})
const { folder } = await sweep(transfer, { jobs: 2 })

for (const { values, summaries } of studyGroups(await openStudy(folder))) {
  const { method, width, rate } = values as { method: string; width: number; rate: number }
  const loss = summaries.trainLoss // null if every run diverged
  console.log(
    `${method}  width ${width}  rate 3^${Math.round(Math.log(rate) / Math.log(3))}  loss ${loss?.mean.toFixed(4)}`,
  )
}
