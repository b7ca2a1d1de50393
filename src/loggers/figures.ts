import type { Run } from '../run/open-run.js'

/** A figure of a run's report. */
export interface Picture {
  /** [a-z0-9-]+ */
  name: string
  png: Buffer
}

/** The figures of a run, drawn when they are first asked for: loggers share them. */
export type Drawing = (run: Run) => Promise<readonly Picture[]>

/** Returns a drawing that several loggers may share. */
export function sharedDrawing(): Drawing {
  let drawn: Promise<readonly Picture[]> | undefined
  return (run) => (drawn ??= pictures(run))
}

/** Draws the figures of a run's report. @throws {LayerRotationError} MISSING_FILE or INVALID_FILE for damaged weights */
async function pictures(run: Run): Promise<Picture[]> {
  const { reportFigures } = await import('../report/figures.js')
  const { svgToPng } = await import('../figure/png.js')
  const drawn: Picture[] = []
  for (const { name, svg } of await reportFigures([run], {})) drawn.push({ name, png: await svgToPng(svg) })
  return drawn
}
