import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { paperPerceptron } from '../../../src/experiment/presets.js'
import { openRun } from '../../../src/run/open-run.js'
import { bytesOf, expectRefusal, textOf, type Target } from '../target.js'

const environment = `{"layerRotation":"0.1.0","node":"20.20.2","libtorch":"2.13.0","device":"cpu","threads":2,
"platform":"linux-x64","cpu":"a processor","commit":null,"precision":"fp32","memoryFormat":"channelsLast",
"seed":1,"stepsPerEpoch":1,"data":null,"startedAt":"2026-11-23T05:22:33.000Z"}`
const status = `{"status":"running","epoch":2,"startedAt":"2026-11-23T05:22:33.000Z","host":"h","pid":4242}`
const metrics = `epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,test_loss,test_accuracy,seconds,val_top5_accuracy,test_top5_accuracy
1,0.1,2.3,0.1,,,2.3,0.1,1.5,,0.5
2,0.1,1.3,0.5,,,1.3,0.5,2.5,,0.9
`
const rotation = `epoch,dense0,dense1
0,0,0
1,0.1,0.2
2,0.2,0.3
`
const layers = `epoch,step,layer,rotation,angle
0.5,1,dense0,0.01,0.1
0.5,1,dense1,0.01,0.1
1,2,dense0,0.02,0.1
1,2,dense1,0.03,0.1
`

const pytorch = `{"source":"pytorch","format":1,"layers":["dense0","dense1"],"every":10,"device":"cpu","threads":2,
"torch":"2.13.0","python":"3.11.7","platform":"linux-x86_64","layerRotation":"0.1.0",
"startedAt":"2026-11-23T05:22:33.000Z"}`
const stepLayers = `step,layer,rotation,norm
10,dense0,0.01,1.5
10,dense1,0.01,2.5
`

/** The text files of a run folder, each behind a line with its name. */
export const run: Target = {
  seeds: () => {
    const files = { 'environment.json': environment, 'status.json': status, 'metrics.csv': metrics }
    const tables = { 'rotation.csv': rotation, 'layers.csv': layers }
    const whole = { 'config.json': JSON.stringify(paperPerceptron()), ...files, ...tables }
    const inPyTorch = { 'run.json': pytorch, 'status.json': status, 'layers.csv': stepLayers }
    return [whole, { ...files, ...tables }, tables, files, inPyTorch].map(asText)
  },
  tokens: [
    '=== ',
    'epoch',
    ',',
    '\n',
    'NaN',
    '"__proto__":',
    'Infinity',
    '-1',
    '"running"',
    'dense0',
    '\r',
    '"',
    '1e999',
  ],
  run: async (input, folder) => {
    const place = join(folder, 'run')
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place)
    // Everything that the input does not hold is sound, so that the readers reach what it does hold.
    const files = new Map(Object.entries({ 'config.json': soundConfig, 'environment.json': environment }))
    for (const [name, text] of [
      ['status.json', status],
      ['metrics.csv', metrics],
      ['rotation.csv', rotation],
    ] as const) {
      files.set(name, text)
    }
    for (const piece of textOf(input).split('=== ').slice(1)) {
      const [name = '', ...lines] = piece.split('\n')
      if (files.has(name) || ['layers.csv', 'run.json'].includes(name)) files.set(name, lines.join('\n'))
    }
    for (const [name, text] of files) writeFileSync(join(place, name), text)
    await expectRefusal(async () => {
      const opened = await openRun(place)
      for (const layer of opened.rotation.layers) {
        if (opened.rotation.layer(layer).some((value) => value === undefined)) throw new Error(`${layer} has holes`)
      }
      const table = await opened.layers()
      if (table.steps.length > 0) table.column('rotation')
      if ('paperRotation' in opened) await opened.paperRotation()
    })
  },
}

const soundConfig = JSON.stringify(paperPerceptron())

function asText(files: Readonly<Record<string, string>>): Uint8Array {
  return bytesOf(
    Object.entries(files)
      .map(([name, text]) => `=== ${name}\n${text}`)
      .join(''),
  )
}
