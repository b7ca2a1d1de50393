/** Points of a legend's symbol and of the gaps beside it and its text. */
export const besideLegendText = 24

/** The columns of a legend below the figure: as many as fit, and such that the last row is as full as possible. */
export function legendColumns(widths: readonly number[], room: number): number {
  const widest = widths.reduce((a, b) => Math.max(a, b), 0)
  const most = Math.max(1, Math.floor(room / (widest + besideLegendText)))
  const rows = Math.ceil(widths.length / most)
  return Math.max(1, Math.ceil(widths.length / rows))
}
