import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FigureSource } from '../../src/figure/figure.js'
import { svgToPng } from '../../src/figure/png.js'
import { renderFigure } from '../../src/figure/render.js'
import { rotationByLayer } from '../../src/figure/rotation-by-layer.js'
import { writeFigures } from '../../src/figure/write-figures.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { size } from './plot.js'
import { syntheticRun } from './synthetic-run.js'

const source: FigureSource = {
  name: 'bars',
  title: 'A "title" with <tags> & more',
  caption: '',
  spec: {
    data: { values: [{ a: 1 }, { a: 2 }] },
    mark: { type: 'line', clip: true },
    encoding: { x: { field: 'a', type: 'quantitative' }, y: { field: 'a', type: 'quantitative' } },
  },
}

/** A line a hundred thousand pixels above its panel. */
const farOutside: FigureSource = {
  ...source,
  spec: {
    data: { values: [1, 2, 3].map((a) => ({ a, b: 1600 })) },
    mark: { type: 'line', clip: true },
    encoding: {
      x: { field: 'a', type: 'quantitative' },
      y: { field: 'b', type: 'quantitative', scale: { domain: [98, 100.03], nice: false } },
    },
  },
}

/** Width and height of a PNG from its header. */
const pngSize = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)]

describe('a figure', () => {
  test('is the same SVG each time', async () => {
    const first = await renderFigure(source)
    await renderFigure(rotationByLayer([syntheticRun()]))
    expect((await renderFigure(source)).svg).toBe(first.svg)
  })

  test('has ids of its own, so that several fit into a page', async () => {
    const { svg } = await renderFigure(source)
    const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(ids.length).toBeGreaterThan(0)
    expect(ids.every((id) => id?.startsWith('bars-'))).toBe(true)
    const used = [...svg.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id)
    expect(used.length).toBeGreaterThan(0)
    expect(used.every((id) => ids.includes(id))).toBe(true)

    const bar = await renderFigure(
      rotationByLayer([syntheticRun({ layers: Array.from({ length: 20 }, (_, i) => `conv${i}`) })]),
    )
    expect(/fill="url\(#rotation-by-layer-([^)]*)\)"/.exec(bar.svg)?.[1]).toBeDefined()
    expect(bar.svg).not.toMatch(/url\(#(?!rotation-by-layer-)/)
  })

  test('carries its title as text alternative', async () => {
    const { svg } = await renderFigure(source)
    expect(svg).toContain('<svg role="img" aria-label="A &quot;title&quot; with &lt;tags> &amp; more" ')
  })

  test('keeps two decimals of a pixel', async () => {
    const { svg } = await renderFigure(rotationByLayer([syntheticRun()]))
    expect(svg).not.toMatch(/ d="[^"]*\.\d{3}/)
  })

  test('is the specification that it was drawn from', async () => {
    const { spec } = await renderFigure(source)
    expect(spec.$schema).toBe('https://vega.github.io/schema/vega-lite/v6.json')
    expect(spec).toMatchObject(source.spec)
  })

  test('that cannot be drawn as specified is an error', async () => {
    const wrong = { ...source, spec: { ...source.spec, mark: 'no-such-mark' } } as never as FigureSource
    await expect(renderFigure(wrong)).rejects.toThrow()
  })
})

describe('a renderer that fails', () => {
  test('makes an error of what Vega only logs, in place of an empty figure', async () => {
    // Vega takes the text for an identifier, and finds out while it draws the entries of the legend.
    const legend = { type: 'symbol', values: [1, 2], labelExpr: '["constructor", "b"][datum.value - 1]' }
    const color = { field: 'a', type: 'quantitative', legend }
    const failing = { ...source, spec: { ...source.spec, encoding: { color } } } as never as FigureSource
    await expect(renderFigure(failing)).rejects.toThrow('Vega: ')
  })

  test('makes an error of a drawing that kills the native resvg, and draws the next one', async () => {
    const { svg: deadly } = await renderFigure(farOutside)
    await expect(svgToPng(deadly)).rejects.toThrow('the figure cannot be drawn as PNG: RuntimeError: unreachable')
    const { svg } = await renderFigure(source)
    expect(pngSize(await svgToPng(svg))).toEqual(size(svg).map((side) => 2 * side))
  })
})

describe('a PNG', () => {
  test('has twice the size of its figure, in pixels', async () => {
    const { svg } = await renderFigure(source)
    const [width, height] = size(svg)
    expect(pngSize(await svgToPng(svg))).toEqual([2 * width, 2 * height])
    expect(pngSize(await svgToPng(svg, 1))).toEqual([width, height])
  })

  test('shows text, in the shipped font', async () => {
    const svg = (text: string, family = 'Inter') =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><text y="15" font-family="${family}">${text}</text></svg>`
    const blank = await svgToPng(svg(''))
    const text = await svgToPng(svg('3⁻²·⁵'))
    expect(text.length).toBeGreaterThan(blank.length + 100)
    expect(await svgToPng(svg('3⁻²·⁵', 'No Such Font'))).toEqual(text)
  })
})

describe('writing figures', () => {
  test('makes <name>.svg and <name>.png and leaves nothing else behind', async () => {
    const folder = join(temporaryFolder(), 'figures')
    const figure = await renderFigure(source)
    await writeFigures([figure], folder)
    expect(readFileSync(join(folder, 'bars.svg'), 'utf8')).toBe(figure.svg)
    expect(pngSize(readFileSync(join(folder, 'bars.png')))).toEqual(size(figure.svg).map((side) => 2 * side))
    expect(readdirSync(folder).sort()).toEqual(['bars.png', 'bars.svg'])
  })

  test('says where it could not write', async () => {
    const figure = await renderFigure(source)
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(await failure(() => writeFigures([figure], join(file, 'figures')))).toMatch(
      /^WRITE_FAILED: .*file could not be written: a part of its path is a file/,
    )
  })
})
