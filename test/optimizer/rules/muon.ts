import { adam } from '../../../src/optimizer/rules/adam.js'
import { muon, type MuonConfig } from '../../../src/optimizer/rules/muon.js'
import { combine, dot, norm, type Vector } from '../../native/support/vectors.js'
import { joined, rows } from '../reference/units.js'
import type { ReferenceRule, RuleProof } from '../rule-proof.js'

/** A matrix as its rows. */
export type Matrix = Float64Array[]

/** x·xᵀ */
const gramOf = (x: Matrix): Matrix => x.map((row) => Float64Array.from(x, (other) => dot(row, other)))

/** factor·x + y·x, for a square matrix y */
function moved(factor: number, x: Matrix, y: Matrix): Matrix {
  return x.map((row, i) => {
    const result = combine(factor, row, 0, row)
    for (const [j, other] of x.entries()) {
      const share = y[i]![j]!
      for (let k = 0; k < result.length; k++) result[k]! += share * other[k]!
    }
    return result
  })
}

const transposed = (x: Matrix): Matrix =>
  Array.from({ length: x[0]!.length }, (_, column) => Float64Array.from(x, (row) => row[column]!))

/** The iteration of torch.optim.Muon, on the matrix whose rows are the shorter side. */
function orthogonalized(matrix: Matrix, steps: number, epsilon: number): Matrix {
  if (matrix.length > matrix[0]!.length) return transposed(orthogonalized(transposed(matrix), steps, epsilon))
  const length = Math.max(epsilon, Math.hypot(...matrix.map(norm)))
  let x = matrix.map((row) => combine(1 / length, row, 0, row))
  for (let step = 0; step < steps; step++) {
    const gram = gramOf(x)
    const square = gramOf(gram) // the Gram matrix is symmetric
    x = moved(
      3.4445,
      x,
      gram.map((row, i) => combine(-4.775, row, 2.0315, square[i]!)),
    )
  }
  return x
}

/** torch.optim.Muon, whose velocity is a mean of the gradients. `changed` may change the orthogonalised matrix. */
export function muonReference(
  config: Omit<MuonConfig, 'type'>,
  size: number,
  rowSize: number,
  changed = (matrix: Matrix): Matrix => matrix,
): ReferenceRule {
  const { momentum, nesterov, nsSteps, epsilon, shapeFactor } = config
  const neurons = size / rowSize
  const factor = {
    original: Math.sqrt(Math.max(1, neurons / rowSize)),
    matchRmsAdamW: 0.2 * Math.sqrt(Math.max(neurons, rowSize)),
    none: 1,
  }[shapeFactor]
  let mean: Vector = new Float64Array(size)
  return (gradient, rate) => {
    mean = combine(momentum, mean, 1 - momentum, gradient)
    const direction = nesterov ? combine(1 - momentum, gradient, momentum, mean) : mean
    const matrix = changed(orthogonalized(rows(direction, rowSize), nsSteps, epsilon))
    return joined(matrix).map((value) => -rate * factor * value)
  }
}

const precision = 'fp32'

export default {
  usual: [
    muon(),
    {
      type: 'muon',
      momentum: 0.95,
      nesterov: true,
      nsSteps: 5,
      epsilon: 1e-7,
      precision: 'bf16',
      shapeFactor: 'original',
      vectors: adam(),
      vectorRate: 1,
    },
  ],
  cases: {
    muon: muon({ precision }),
    'muon, plain momentum': muon({ precision, momentum: 0.8, nesterov: false, shapeFactor: 'none' }),
    "muon, AdamW's RMS": muon({ precision, nsSteps: 3, shapeFactor: 'matchRmsAdamW' }),
    'muon, large epsilon': muon({ precision, epsilon: 10 }),
  },
  formulas: ['muon'],
  reference: (config, size, rowSize) => muonReference(config, size, rowSize),
  refused: [
    [() => muon({ momentum: 1 }), 'muon: momentum is 1; expected a number below 1'],
    [() => muon({ nsSteps: 0 }), 'muon: nsSteps is 0; expected at least 1'],
    [() => muon({ nsSteps: 2.5 }), 'muon: nsSteps is 2.5; expected a whole number'],
    [() => muon({ epsilon: 0 }), 'muon: epsilon is 0; expected a number above 0'],
    [() => muon({ precision: 'tf32' as 'fp32' }), 'muon: precision is "tf32"; expected one of bf16, fp32'],
    [
      () => muon({ shapeFactor: 'rms' as 'none' }),
      'muon: shapeFactor is "rms"; expected one of original, matchRmsAdamW, none',
    ],
    [() => muon({ vectors: { type: 'adam', beta1: 1 } }), 'muon: vectors.beta1 is 1; expected a number below 1'],
    [() => muon({ vectorRate: -1 }), 'muon: vectorRate is -1; expected at least 0'],
  ],
  labels: [
    [muon(), 'Muon', 'Muon'],
    [
      muon({ momentum: 0.9, nesterov: false, precision, shapeFactor: 'none' }),
      'Muon (momentum 0.9, no Nesterov, precision fp32, no shape factor)',
      'Muon, momentum 0.9, no Nesterov, precision fp32, no shape factor',
    ],
    [
      muon({ nsSteps: 6, vectors: adam({ beta2: 0.95 }), vectorRate: 0.1 }),
      'Muon (6 Newton–Schulz steps, vectors Adam (beta2 0.95), vectors at 0.1 of the rate)',
      'Muon, 6 Newton–Schulz steps, vectors Adam (beta2 0.95), vectors at 0.1 of the rate',
    ],
  ],
  baseline: {
    muon: [muon({ precision }), 'plain', 1e-2],
    'muon behind batch norm': [muon({ precision, vectors: adam({ epsilon: 1e-3 }), vectorRate: 0.1 }), 'paper', 1e-2],
  },
} satisfies RuleProof<MuonConfig>
