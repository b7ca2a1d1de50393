import { LayerRotationError } from '../../errors.js'
import { loadVega } from '../vega.js'
import { printSpec, type PrintContent, type PrintLayout } from './print-spec.js'
import type { printConfig } from './print-theme.js'

/** Sizes in points. */
interface Size {
  width: number
  /** By default it follows from the width. */
  height: number | undefined
}

interface Fitted {
  spec: ReturnType<typeof printSpec>
  svg: string
  height: number
}

/** The smallest panel that still shows something, in points. */
const smallest = 20

/**
 * Finds the size of the panels with which a figure has the given size: what axes and legends take beside them is known only
 * once it is drawn.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if nothing would be left for the panels
 */
export async function fitLayout(
  content: PrintContent,
  { width, height }: Size,
  { config, ...layout }: Pick<PrintLayout, 'fontSize' | 'widthOf'> & { config: ReturnType<typeof printConfig> },
): Promise<Fitted> {
  const { toSvg } = await loadVega()
  const { columns, panels } = content
  const rows = Math.ceil(panels.length / columns)
  const aspect = columns === 1 ? 0.62 : 0.8
  let panel = { width: width / columns - 30, height: height === undefined ? 0 : height / rows - 30 }
  for (let round = 1; ; round++) {
    if (height === undefined) panel.height = Math.max(panel.width * aspect, 40)
    if (panel.width < smallest || panel.height < smallest) {
      const [what, size] = panel.width < smallest ? ['width', width] : ['height', height ?? 0]
      const message = `the ${what} of ${Math.round((size / 72) * 25.4)} mm leaves no room for ${panels.length === 1 ? 'the panel' : 'the panels'} beside axes and legend; choose a larger one, or a smaller font`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    const spec = { config, ...printSpec(content, { ...layout, panel, width }) }
    const svg = await toSvg(spec)
    const [drawnWidth, drawnHeight] = sizeOf(svg)
    const [right, below] = [width - drawnWidth, height === undefined ? 0 : height - drawnHeight]
    const isFitted = right >= 0 && right < 2 && below >= 0 && below < 2
    if (isFitted || round === 8) return { spec, svg, height: height ?? drawnHeight }
    panel = { width: panel.width + (right - 0.5) / columns, height: panel.height + (below - 0.5) / rows }
  }
}

function sizeOf(svg: string): [width: number, height: number] {
  const [, width, height] = / width="([\d.]+)" height="([\d.]+)"/.exec(svg)!
  return [Number(width), Number(height)]
}
