/** A drawn panel, read back from its SVG alone. */
export interface Plot {
  /** Tick labels of the axes, in the order in which they are drawn. */
  xTicks: string[]
  yTicks: string[]
  /** Each line's colour and its points as values on the axes, from the positions of the tick marks. */
  lines: { colour: string; dash: string | undefined; points: [number, number][] }[]
  /** Centres of point marks as values on the axes. */
  points: { colour: string; at: [number, number] }[]
}

/** Reads a panel: which value a pixel stands for follows from where the axes' tick marks and labels are. */
export function readPlot(svg: string, { yAxis = svg, log = false }: { yAxis?: string; log?: boolean } = {}): Plot {
  const x = axis(svg, 'x')
  const y = axis(yAxis, 'y')
  const scaled = (value: number) => (log ? Math.log10(value) : value)
  const toX = linear(x.map(({ at, label }) => [at, Number(label)]))
  const toY = linear(y.map(({ at, label }) => [at, scaled(Number(label))]))
  const value = (px: number, py: number): [number, number] => [toX(px), log ? 10 ** toY(py) : toY(py)]
  return {
    xTicks: x.map(({ label }) => label),
    yTicks: y.map(({ label }) => label),
    lines: groups(svg, 'mark-line role-mark').flatMap((group) =>
      [...group.matchAll(/<path [^>]*>/g)].map(([path]) => ({
        colour: attribute(path, 'stroke') ?? '',
        dash: attribute(path, 'stroke-dasharray'),
        points: (attribute(path, 'd') ?? '')
          .split(/[ML]/)
          .filter(Boolean)
          .map((point) => value(...pair(point))),
      })),
    ),
    points: groups(svg, 'mark-symbol role-mark').flatMap((group) =>
      [...group.matchAll(/<path [^>]*>/g)].map(([path]) => ({
        colour: attribute(path, 'stroke') ?? '',
        at: value(...pair(/translate\(([^)]*)\)/.exec(path)?.[1] ?? '')),
      })),
    ),
  }
}

/** The SVG of each panel of a figure with several. */
export function panels(svg: string): string[] {
  return svg.split(/(?=<g class="mark-group role-scope concat_\d+_group")/).slice(1)
}

/** The text of all text elements with the given role, such as role-legend-label; of all without one. */
export function texts(svg: string, role?: string): string[] {
  const within = role === undefined ? [svg] : groups(svg, `mark-text ${role}`)
  return within.flatMap((group) => [...group.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text = '']) => text))
}

export function size(svg: string): [number, number] {
  return [Number(attribute(svg, 'width')), Number(attribute(svg, 'height'))]
}

function axis(svg: string, name: 'x' | 'y'): { at: number; label: string }[] {
  const part = name === 'x' ? 0 : 1
  const ticks = groups(svg, 'mark-rule role-axis-tick')
  const labels = groups(svg, 'mark-text role-axis-label')
  // The tick marks of the x axis point down, those of the y axis to the left.
  const chosen = ticks.findIndex((group) => group.includes(name === 'x' ? 'y2="4"' : 'x2="-4"'))
  const positions = [...(ticks[chosen] ?? '').matchAll(/translate\(([^)]*)\)/g)].map(([, at = '']) => pair(at)[part])
  const shown = [...(labels[chosen] ?? '').matchAll(/<text [^>]*>([^<]*)</g)].map(([, label = '']) => label)
  return positions.map((at, i) => ({ at: at ?? Number.NaN, label: shown[i] ?? '' }))
}

/** The line through the first and the last of its points; the others must lie on it. */
function linear(points: readonly (readonly [number, number])[]): (at: number) => number {
  const [x0, y0] = points[0] ?? [0, 0]
  const [x1, y1] = points.at(-1) ?? [1, 1]
  const through = (at: number) => y0 + ((at - x0) / (x1 - x0)) * (y1 - y0)
  for (const [x, y] of points) {
    if (Math.abs(through(x) - y) > 0.01 * Math.abs(y1 - y0)) throw new Error(`the tick ${y} is not where it belongs`)
  }
  return through
}

function groups(svg: string, start: string): string[] {
  return svg
    .split(`<g class="${start}`)
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('</g>')))
}

function attribute(element: string, name: string): string | undefined {
  return new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1]
}

function pair(text: string): [number, number] {
  const [a = Number.NaN, b = Number.NaN] = text.split(',').map(Number)
  return [a, b]
}
