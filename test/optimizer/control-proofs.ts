import controls from '../../src/optimizer/controls/controls.js'
import type { ControlConfig } from '../../src/optimizer/optimizer.js'
import type { ControlProof } from './control-proof.js'
import { proofsIn } from './proofs.js'

/** The proofs of all controls. */
export const controlProofs = await proofsIn<ControlProof<ControlConfig>>(
  'controls/',
  controls,
  ({ made: [[, { type }]] }) => type,
)
