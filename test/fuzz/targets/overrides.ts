import { validateExperiment } from '../../../src/experiment/experiment.js'
import { override } from '../../../src/experiment/overrides.js'
import { paperPerceptron } from '../../../src/experiment/presets.js'
import { bytesOf, expectRefusal, textOf, type Target } from '../target.js'

/** The words after `run mnist` on the command line, one per line. */
export const overrides: Target = {
  seeds: () =>
    [
      'epochs=3\nlearningRate.initial=0.037\nmodel.layers.dense0.units=100',
      'learningRate={type: cosine, initial: 0.1}\nlearningRate.final=0.01\nrecord.references=[lastEpoch]',
      'model.layers.0={type: flatten, name: flatten}\nmodel.layers.2.name=other',
      'groups=[{match: {kind: bias}, trained: false}]\ngroups.0.trained=true',
      '__proto__.polluted=1\nconstructor.prototype.polluted=1\ndata.__proto__=1\nmodel.layers.length=0',
      'data={"__proto__": {polluted: 1}}\nmodel.layers.__proto__.polluted=1',
    ].map(bytesOf),
  tokens: [
    '__proto__',
    'constructor',
    'prototype',
    '.',
    '=',
    '*',
    'model.layers.',
    'dense0',
    '[',
    '{',
    '&a ',
    '*a',
    ': ',
  ],
  run: (input) => {
    const assignments = textOf(input).split('\n')
    return expectRefusal(async () => validateExperiment(await override(paperPerceptron(), assignments), 'fuzz'))
  },
}
