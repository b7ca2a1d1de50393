import { readdirSync } from 'node:fs'
import type { CurveConfig } from '../../src/schedule/curve.js'
import curves from '../../src/schedule/curves/curves.js'
import type { CurveProof } from './curve-proof.js'

const folder = new URL('curves/', import.meta.url)

const found = await Promise.all(
  readdirSync(folder).map(async (file) => {
    const { default: proof } = (await import(new URL(file, folder).href)) as { default: CurveProof<CurveConfig> }
    return [proof.baseline[0]!.type, proof] as const
  }),
)

/** The proofs of all curves by type, in the order of the registry: a curve without a file in curves/ is an error. */
export const curveProofs = new Map<string, CurveProof<CurveConfig>>(
  curves.map(({ schema }) => {
    const type = schema.shape.type.value
    const proof = new Map<string, CurveProof<CurveConfig>>(found).get(type)
    if (!proof) throw new Error(`the schedule ${type} has no file in test/schedule/curves`)
    return [type, proof]
  }),
)
