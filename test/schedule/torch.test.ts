import { beforeAll, describe, expect, test } from 'vitest'
import {
  constant,
  cosine,
  exponential,
  linear,
  oneCycle,
  polynomial,
  schedule,
  steps,
  warmup,
  type LearningRateConfig,
} from '../../src/index.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'

/** A request to PyTorch: a scheduler, the rate of its optimizer, its arguments, and after how many steps it ends. */
type TorchSchedule = [scheduler: string, rate: number, options: object, steps: number]

interface Case {
  ours: LearningRateConfig
  theirs: TorchSchedule
  /** The number of PyTorch's steps in an epoch; 1 if it is stepped once an epoch. */
  stepsPerEpoch?: number
  epochs?: number
}

const cases: Record<string, Case> = {
  StepLR: {
    ours: steps(0.1, { at: [30, 60, 90], factor: 0.2 }),
    theirs: ['StepLR', 0.1, { step_size: 30, gamma: 0.2 }, 100],
  },
  MultiStepLR: {
    ours: steps(0.1, { at: [80, 90, 97], factor: 0.2 }),
    theirs: ['MultiStepLR', 0.1, { milestones: [80, 90, 97], gamma: 0.2 }, 100],
  },
  ExponentialLR: {
    ours: exponential(0.1, { factor: 0.9 }),
    theirs: ['ExponentialLR', 0.1, { gamma: 0.9 }, 60],
  },
  'ExponentialLR at each step': {
    ours: exponential(0.1, { factor: 0.99 ** 7 }),
    theirs: ['ExponentialLR', 0.1, { gamma: 0.99 }, 70],
    stepsPerEpoch: 7,
  },
  PolynomialLR: {
    ours: polynomial(0.1, { power: 0.9, epochs: 40 }),
    theirs: ['PolynomialLR', 0.1, { power: 0.9, total_iters: 40 }, 50],
  },
  'PolynomialLR at each step': {
    ours: polynomial(0.1, { power: 2 }),
    theirs: ['PolynomialLR', 0.1, { power: 2, total_iters: 5 * 351 }, 5 * 351],
    stepsPerEpoch: 351,
    epochs: 5,
  },
  LinearLR: {
    ours: linear(0.1, { final: 0.001, epochs: 20 }),
    theirs: ['LinearLR', 0.1, { start_factor: 1, end_factor: 0.01, total_iters: 20 }, 30],
  },
  'LinearLR as a warmup': {
    ours: warmup(constant(0.3), { epochs: 5, factor: 1 / 3 }),
    theirs: ['LinearLR', 0.3, { start_factor: 1 / 3, total_iters: 5 * 11 }, 80],
    stepsPerEpoch: 11,
  },
  CosineAnnealingLR: {
    ours: cosine(0.1, { final: 0.002 }),
    theirs: ['CosineAnnealingLR', 0.1, { T_max: 50, eta_min: 0.002 }, 51],
    epochs: 50,
  },
  CosineAnnealingWarmRestarts: {
    ours: cosine(0.1, { final: 0.002, restarts: { period: 3, factor: 2 } }),
    theirs: ['CosineAnnealingWarmRestarts', 0.1, { T_0: 3, T_mult: 2, eta_min: 0.002 }, 50],
  },
  'CosineAnnealingWarmRestarts at each step': {
    ours: cosine(0.1, { restarts: { period: 2 } }),
    theirs: ['CosineAnnealingWarmRestarts', 0.1, { T_0: 26 }, 130],
    stepsPerEpoch: 13,
  },
  OneCycleLR: {
    ours: oneCycle(0.1),
    theirs: ['OneCycleLR', 1, { max_lr: 0.1, total_steps: 12 * 351 }, 12 * 351],
    stepsPerEpoch: 351,
    epochs: 12,
  },
  'OneCycleLR, linear': {
    ours: oneCycle(2, { anneal: 'linear', warmupShare: 0.45, initialDivisor: 10, finalDivisor: 100 }),
    theirs: [
      'OneCycleLR',
      1,
      {
        max_lr: 2,
        total_steps: 77,
        pct_start: 0.45,
        anneal_strategy: 'linear',
        div_factor: 10,
        final_div_factor: 100,
      },
      77,
    ],
    stepsPerEpoch: 11,
    epochs: 7,
  },
  'OneCycleLR whose rise is shorter than a step': {
    ours: oneCycle(0.1, { warmupShare: 0.01 }),
    theirs: ['OneCycleLR', 1, { max_lr: 0.1, total_steps: 30, pct_start: 0.01 }, 30],
    stepsPerEpoch: 10,
    epochs: 3,
  },
}

describe('the rates are those of torch.optim.lr_scheduler', () => {
  needsPyTorch()
  let expected: number[][]
  beforeAll(async () => {
    const schedules = Object.values(cases).map(({ theirs }) => theirs)
    expected = (await pytorch('test/schedule/torch_rates.py', schedules)) as number[][]
  })

  test.each(Object.keys(cases))('%s', (name) => {
    const { ours, stepsPerEpoch = 1, epochs } = cases[name]!
    const theirs = expected[Object.keys(cases).indexOf(name)]!
    const rate = schedule(ours, { epochs, stepsPerEpoch })
    const errors = theirs.map((value, step) => {
      const mine = rate(Math.floor(step / stepsPerEpoch) + (step % stepsPerEpoch) / stepsPerEpoch)
      return Math.abs(mine - value) / Math.max(...theirs)
    })
    expect(theirs.length).toBeGreaterThan(0)
    expect(Math.max(...errors)).toBeLessThan(1e-12)
  })
})
