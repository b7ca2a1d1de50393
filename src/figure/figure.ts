import type { TopLevelSpec } from 'vega-lite'

/** A drawn figure and the Vega-Lite specification that it was drawn from. */
export interface Figure {
  /** Name of its files, without extension; [a-z0-9-]+. */
  name: string
  /** The content in one line; the text alternative of the image. */
  title: string
  /** One to three sentences on what the figure shows; plain text. */
  caption: string
  /** A complete SVG document. Its ids start with the figure's name, so that several fit into one page. */
  svg: string
  /** The specification with its data: it opens in any Vega-Lite editor and in Altair. */
  spec: TopLevelSpec
}

/** A figure that is not drawn yet. */
export type FigureSource = Omit<Figure, 'svg'>
