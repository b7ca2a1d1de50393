import { adam } from '../../../src/optimizer/rules/adam.js'
import { norMuon, type NorMuonConfig } from '../../../src/optimizer/rules/nor-muon.js'
import { combine, dot, norm } from '../../native/support/vectors.js'
import type { RuleProof } from '../rule-proof.js'
import { muonReference, type Matrix } from './muon.js'

/** The normalisation of the neurons in the authors' code (github.com/zichongli5/NorMuon). */
function normalizing(beta2: number): (matrix: Matrix) => Matrix {
  let squares: number[] | undefined
  return (matrix) => {
    const before = squares ?? matrix.map(() => 0)
    squares = matrix.map((row, i) => beta2 * before[i]! + ((1 - beta2) * dot(row, row)) / row.length)
    const divided = matrix.map((row, i) => combine(1 / (Math.sqrt(squares![i]!) + 1e-10), row, 0, row))
    const restore = Math.hypot(...matrix.map(norm)) / (Math.hypot(...divided.map(norm)) + 1e-10)
    return divided.map((row) => combine(restore, row, 0, row))
  }
}

const precision = 'fp32'

export default {
  usual: [
    norMuon(),
    {
      type: 'norMuon',
      momentum: 0.95,
      nesterov: true,
      nsSteps: 5,
      epsilon: 1e-7,
      precision: 'bf16',
      shapeFactor: 'original',
      vectors: adam(),
      vectorRate: 1,
      beta2: 0.95,
    },
  ],
  cases: {
    norMuon: norMuon({ precision }),
    'norMuon, other beta': norMuon({ precision, beta2: 0.5, nesterov: false, shapeFactor: 'matchRmsAdamW' }),
  },
  // Its formula is Muon's, its directions are not.
  formulas: ['norMuon'],
  reference: (config, size, rowSize) => muonReference(config, size, rowSize, normalizing(config.beta2)),
  refused: [
    [() => norMuon({ beta2: 1 }), 'norMuon: beta2 is 1; expected a number below 1'],
    [() => norMuon({ momentum: -0.1 }), 'norMuon: momentum is -0.1; expected at least 0'],
  ],
  labels: [
    [norMuon(), 'NorMuon', 'NorMuon'],
    [norMuon({ beta2: 0.9, nesterov: false }), 'NorMuon (no Nesterov, beta2 0.9)', 'NorMuon, no Nesterov, beta2 0.9'],
  ],
  baseline: { norMuon: [norMuon({ precision }), 'plain', 1e-2] },
} satisfies RuleProof<NorMuonConfig>
