import type { LayerTable } from '../rotation/layer-table.js'
import type { Unit } from './units.js'

/** A layer, or a group of them, at the last checkpoint, and what is unusual about it. */
export interface LayerHealth {
  /** The tensor's name without `.weight`, or the group's. */
  name: string
  /** That of the tensor; of a group the number of its weights. */
  shape: readonly number[]
  /** The norm at the first checkpoint that has the layer, and at the last one. */
  norm: { first: number; last: number }
  /** The cosine distance to the first checkpoint; NaN if a norm is 0. */
  rotation: number
  /** The angle and the relative update since the checkpoint before; NaN if there is none. */
  angle: number
  relativeUpdate: number
  /**
   * - 'missing': the last checkpoint lacks it.
   * - 'not finite': some of its weights are NaN or infinite.
   * - 'zero': all its weights are 0, so that it has no direction.
   * - 'frozen': it has never changed.
   * - 'still': it has not changed since the checkpoint before.
   * - 'norm grew', 'norm shrank': its norm has doubled, or halved, since the first checkpoint.
   * - 'reversed': it has turned by more than a right angle.
   */
  condition: Condition | null
}

type Condition = 'missing' | 'not finite' | 'zero' | 'frozen' | 'still' | 'norm grew' | 'norm shrank' | 'reversed'

/** Tells whether a condition means that the layer cannot do its work. */
export const isAlarming = (condition: Condition): boolean => ['missing', 'not finite', 'zero'].includes(condition)

/** The factor by which a norm may change before it is pointed out. */
const drift = 2

/** Describes each layer or group at the last checkpoint of a series. @param table that of its measurements */
export function healthOf(units: readonly Unit[], table: LayerTable): LayerHealth[] {
  return units.map(({ name, shape }) => {
    const column = (measure: string) => table.layer(name, measure)
    const norms = column('norm')
    const updates = column('relative_update')
    const last = norms.length - 1
    const norm = { first: norms.find((one) => !Number.isNaN(one)) ?? NaN, last: norms[last]! }
    const health = {
      name,
      shape,
      norm,
      rotation: column('rotation')[last]!,
      angle: column('angle')[last]!,
      relativeUpdate: updates[last]!,
    }
    const tangential = column('tangential')
    const changes = updates.map((update, i) => (Number.isNaN(update) && tangential[i]! > 0 ? Infinity : update))
    return { ...health, condition: conditionOf(health, column('not_finite')[last]!, changes) }
  })
}

/** @param updates since the checkpoint before; Infinity where a layer has come from 0 */
function conditionOf(
  { norm, rotation }: Pick<LayerHealth, 'norm' | 'rotation'>,
  notFinite: number,
  updates: Float64Array,
): Condition | null {
  if (Number.isNaN(notFinite)) return 'missing'
  if (notFinite > 0) return 'not finite'
  if (norm.last === 0) return 'zero'
  const made = updates.filter((update) => !Number.isNaN(update))
  if (made.length > 0 && made.every((update) => update === 0)) return 'frozen'
  if (made.at(-1) === 0) return 'still'
  if (rotation > 1) return 'reversed'
  if (norm.last > drift * norm.first) return 'norm grew'
  return norm.last < norm.first / drift ? 'norm shrank' : null
}
