import { ink } from './theme.js'

/** A rotation that others give: a circle, or a bar where it is a range. */
export interface RotationMark {
  epoch: number
  low: number
  high: number
  /** The depth of its layer, 0 … 1, whose colour it has; null for several layers. */
  depth: number | null
}

/** The colour of a mark's layer. A colour encoding would have a legend of circles, in place of the lines' own. */
const colour = { expr: "scale('color', datum.depth)" }

/**
 * The layers of some marks, those with bars below circles, whose dark rim stands out from the lines.
 *
 * @param axes the encoding of the lines beside them
 */
export function rotationMarks<X extends object, Y extends object>(
  marks: readonly RotationMark[],
  { x, y }: { x: X; y: Y },
) {
  const isPoint = ({ low, high }: RotationMark) => low === high
  const low = { ...y, field: 'low' }
  const high = { ...y, field: 'high' }
  const end = { type: 'tick' as const, orient: 'horizontal' as const, bandSize: 8, thickness: 2, color: ink }
  const range = { x, y: low, y2: { field: 'high' } }
  const ofSeveral = marks.filter((mark) => mark.depth === null)
  const bars = marks.filter((mark) => mark.depth !== null && !isPoint(mark))
  const points = marks.filter((mark) => mark.depth !== null && isPoint(mark))
  const circle = { type: 'point' as const, size: 42, opacity: 1, fill: colour, stroke: ink, strokeWidth: 1 }
  return [
    { data: { values: ofSeveral }, mark: { type: 'rule' as const, strokeWidth: 2, color: ink }, encoding: range },
    { data: { values: ofSeveral }, mark: end, encoding: { x, y: low } },
    { data: { values: ofSeveral }, mark: end, encoding: { x, y: high } },
    { data: { values: bars }, mark: { type: 'rule' as const, strokeWidth: 4, stroke: colour }, encoding: range },
    { data: { values: points }, mark: circle, encoding: { x, y: low } },
  ].filter(({ data }) => data.values.length > 0)
}
