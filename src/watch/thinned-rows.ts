/** The most rows that are kept: more than a screen has columns of pixels. */
const mostRows = 2048

/** The most numbers that are kept, 8 MiB. */
const mostNumbers = 2 ** 21

/** The fewest rows that are kept, however wide they are. */
const fewestRows = 64

/**
 * The rows of a table that grows, in bounded memory: every stride-th one, and the last. The stride doubles whenever there are too
 * many.
 */
export class ThinnedRows {
  stride = 1
  private kept: Float32Array[] = []
  private last: Float32Array | undefined
  private count = 0

  add(row: Float32Array): void {
    if (this.count % this.stride === 0) this.kept.push(row)
    this.last = row
    this.count++
    if (this.kept.length <= Math.max(fewestRows, Math.min(mostRows, Math.floor(mostNumbers / row.length)))) return
    this.kept = this.kept.filter((_, i) => i % 2 === 0)
    this.stride *= 2
  }

  /** The kept rows from a place on, and the last row of the table, which another one will replace unless it is kept. */
  from(place: number): Float32Array[] {
    const rows = this.kept.slice(place)
    if (this.last !== undefined && this.kept.at(-1) !== this.last) rows.push(this.last)
    return rows
  }

  /** The number of kept rows, which stay where they are as long as the stride stays. */
  get length(): number {
    return this.kept.length
  }
}
