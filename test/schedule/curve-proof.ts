import fc from 'fast-check'

/** The default export of a file in curves/, for the tests of all schedules. */
export interface CurveProof<Config> {
  /** The values that its documentation prints: rates at times, to four digits. */
  printed: [config: Config, epochs: number[], rates: number[]][]
  /** Any config of the type, of a run of any length. */
  any: fc.Arbitrary<Config>
  /** Configs whose rates agree with the PyTorch baseline in a run of 9 epochs of 7 steps. */
  baseline: Config[]
}

export const rate = fc.double({ min: 1e-9, max: 100, noNaN: true })
export const finalRate = fc.oneof(fc.constant(0), fc.double({ min: 1e-30, max: 100, noNaN: true }))
export const length = fc.double({ min: 0.01, max: 300, noNaN: true })
export const factor = fc.double({ min: 0.01, max: 1, noNaN: true })
