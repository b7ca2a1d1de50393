import type { TopLevelSpec } from 'vega-lite'

/** A drawn figure, together with the Vega-Lite specification it was drawn from. */
export interface Figure {
  /** Name of its files, without extension; [a-z0-9-]+. */
  name: string
  /** One line that says what is drawn; the text alternative of the image. */
  title: string
  /** What one sees, in a sentence or three; plain text. */
  caption: string
  /** A complete SVG document. Its ids start with the figure's name, so that several fit into one page. */
  svg: string
  /** Data included: opens in any Vega-Lite editor and in Altair. */
  spec: TopLevelSpec
}

/** What a figure is drawn from. */
export type FigureSource = Omit<Figure, 'svg'>
