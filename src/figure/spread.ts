/**
 * Moves labels on a line apart: the positions are at least `gap` from each other, within low … high, and as near to the
 * wanted ones as their neighbours allow. If the labels do not fit, they are spaced evenly.
 *
 * @returns the positions in the order of `wanted`
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const room = wanted.length > 1 ? Math.min(gap, (high - low) / (wanted.length - 1)) : gap
  const sorted = wanted.map((position, index) => ({ index, position })).sort((a, b) => a.position - b.position)

  // Labels that touch form a block; its centre is the mean of the places that its members want.
  const blocks: { members: number[]; centre: number }[] = []
  for (const { index, position } of sorted) {
    let block = { members: [index], centre: position }
    for (;;) {
      const half = ((block.members.length - 1) * room) / 2
      block.centre = Math.min(Math.max(block.centre, low + half), high - half)
      const below = blocks.at(-1)
      if (!below) break
      const belowTop = below.centre + ((below.members.length - 1) * room) / 2
      if (belowTop + room <= block.centre - half + 1e-9) break
      blocks.pop()
      const members = [...below.members, ...block.members]
      const offsets = members.map((member, i) => (wanted[member] ?? 0) - i * room)
      const start = offsets.reduce((sum, offset) => sum + offset, 0) / members.length
      block = { members, centre: start + ((members.length - 1) * room) / 2 }
    }
    blocks.push(block)
  }

  const placed = new Array<number>(wanted.length).fill(0)
  for (const { members, centre } of blocks) {
    members.forEach((member, i) => (placed[member] = centre + (i - (members.length - 1) / 2) * room))
  }
  return placed
}
