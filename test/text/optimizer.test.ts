import { expect, test } from 'vitest'
import { adam } from '../../src/optimizer/rules/adam.js'
import { fixedNorm } from '../../src/optimizer/controls/fixed-norm.js'
import { optimizerLabel, optimizerText } from '../../src/text/optimizer.js'
import { larc, lars } from '../../src/optimizer/controls/lars.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { adamP, projected, sgdP } from '../../src/optimizer/controls/projected.js'
import { rmsprop } from '../../src/optimizer/rules/rmsprop.js'
import { rotational } from '../../src/optimizer/controls/rotational.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'

test.each([
  [layca(sgd()), 'Layca', 'Layca on SGD, no momentum'],
  [layca(sgd({ momentum: 0.9 })), 'Layca (momentum 0.9)', 'Layca on SGD, momentum 0.9'],
  [layca(adam(), { per: 'neuron' }), 'Layca Adam (per neuron)', 'Layca (per neuron) on Adam'],
  [fixedNorm(adam()), 'Fixed norm Adam', 'Fixed norm on Adam'],
  [
    rotational(sgd(), { per: 'layer', decay: 0.9 }),
    'Rotational (per layer, decay 0.9)',
    'Rotational (per layer, decay 0.9) on SGD, no momentum',
  ],
  [sgdP(), 'SGDP', "Projected on SGD, momentum 0.9, PyTorch's velocity"],
  [sgdP({ momentum: 0.8, delta: 0.2 }), 'SGDP (momentum 0.8, delta 0.2)', undefined],
  [adamP(), 'AdamP', "Projected on Adam, epsilon 1e-8, PyTorch's epsilon"],
  [projected(adam()), "AdamP (epsilon 1e-7, Keras's epsilon)", 'Projected on Adam'],
  [projected(rmsprop(), { decayRatio: 1 }), 'Projected RMSprop (decay ratio 1)', undefined],
  [lars(sgd({ momentum: 0.9 })), 'LARS (momentum 0.9)', 'LARS on SGD, momentum 0.9'],
  [larc(sgd()), 'LARC', 'LARC on SGD, no momentum'],
  [larc(sgd(), { trustCoefficient: 0.001 }), 'LARC (trust 0.001)', undefined],
])('%j', (optimizer, label, text) => {
  expect(optimizerLabel(optimizer)).toBe(label)
  if (text !== undefined) expect(optimizerText(optimizer)).toBe(text)
})
