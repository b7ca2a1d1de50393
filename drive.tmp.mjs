import { rotateTo, train, experiment } from 'layer-rotation'
import { readFileSync } from 'node:fs'
const { loadExperiment } = await import('/work/main/dist/experiment/load-experiment.js')
const base = await loadExperiment('cifar10-fast', [])
// measured under Layca 3^-3: mean .71, first .54, last .25
const curve = (end) => ({ rotation: (e) => end * (1 - (1 - Math.min(1, e / 12)) ** 2), epochs: 12 })
const config = experiment({ ...base, name: 'cifar10-driven', learningRate: rotateTo(curve(0.6), { layers: { [process.argv[2] ?? 'dense']: curve(0.2) } }) })
const r = await train(config, { runsFolder: '/tmp/lr/runs-steer', onEpochEnd: (e) => console.log(e.epoch, e.test.accuracy, e.rotation.mean.toFixed(3), e.learningRate.toPrecision(3), e.seconds.toFixed(0)) })
console.log(r.status, r.rotation.layers.map((l) => l + ' ' + r.rotation.layer(l).at(-1).toFixed(3)).join(' '))
