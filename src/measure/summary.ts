import { cosineDistance } from '../numbers.js'
import { printable } from '../printable.js'
import { knownMean } from '../rotation/mean.js'
import type { LayerHealth } from './health.js'

/** The rotation of the layers and what is unusual in one line: `0.412 on average, 0.031 (conv0) to 0.907 (dense); 2 frozen`. */
export function summaryOf(layers: readonly LayerHealth[]): string {
  const known = layers.filter(({ rotation }) => !Number.isNaN(rotation))
  const conditions = new Map<string, number>()
  for (const { condition } of layers) {
    if (condition !== null) conditions.set(condition, (conditions.get(condition) ?? 0) + 1)
  }
  const counted = [...conditions].map(([condition, number]) => `; ${number} ${condition}`).join('')
  if (known.length === 0) return `none is known${counted}`
  const least = known.reduce((a, b) => (b.rotation < a.rotation ? b : a))
  const most = known.reduce((a, b) => (b.rotation > a.rotation ? b : a))
  const { mean } = knownMean(known.map(({ rotation }) => rotation))
  const named = ({ name, rotation }: LayerHealth) => `${cosineDistance(rotation)} (${printable(name)})`
  return `${cosineDistance(mean)} on average, ${named(least)} to ${named(most)}${counted}`
}
