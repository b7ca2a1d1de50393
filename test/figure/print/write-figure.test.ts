import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { fontFile } from '../../../src/figure/font.js'
import { subjectCurves } from '../../../src/figure/print/curves.js'
import { readRecords } from '../../../src/figure/print/records.js'
import { writeFigure, type FigureOptions } from '../../../src/figure/print/write-figure.js'
import { subjectsOf, type Drawable } from '../../../src/figure/print/subjects.js'
import { LayerTable } from '../../../src/rotation/layer-table.js'
import { LayerRotationError } from '../../../src/errors.js'
import { rotateTo } from '../../../src/schedule/rotate-to.js'
import { openStudy } from '../../../src/study/open-study.js'
import { recordedStudy } from '../../study/recorded-study.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { smallExperiment } from '../../train/small-experiment.js'
import { texts } from '../plot.js'
import { syntheticRun } from '../synthetic-run.js'
import { poppler, withoutPoppler } from './poppler.js'
import { recordedRun } from './recorded-run.js'

async function svgOf(runs: readonly Drawable[], options: FigureOptions = {}): Promise<string> {
  const file = join(temporaryFolder(), 'figure.svg')
  await writeFigure(runs, file, options)
  return readFileSync(file, 'utf8')
}

const ticks = (svg: string) => texts(svg, 'role-axis-label')
const legend = (svg: string) => texts(svg, 'role-legend-label')
const names = (count: number) => Array.from({ length: count }, (_, i) => `conv${i}`)

/** Width and height in millimetres. */
const size = (svg: string) => (/ width="([\d.]+)mm" height="([\d.]+)mm"/.exec(svg) ?? []).slice(1).map(Number)

describe('the size', () => {
  test('is that of print, in millimetres and points', async () => {
    const svg = await svgOf([recordedRun()], { width: 120, height: 60, fontSize: 8 })
    expect(size(svg)).toEqual([120, 60])
    expect(svg).toContain('viewBox="0 0 340.157 170.079"')
    expect([...new Set([...svg.matchAll(/font-size="([\d.]+)px"/g)].map(([, points]) => points))]).toEqual(['7', '8'])
  })

  test.each<[string, FigureOptions]>([
    ['a column', {}],
    ['two columns with four quantities', { quantity: ['rotation', 'norm', 'gradient_norm'], width: 170 }],
    ['a low one', { height: 35 }],
  ])('leaves everything within %s', async (_, options) => {
    const file = join(temporaryFolder(), 'figure.png')
    await writeFigure([recordedRun()], file, { ...options, dpi: 144 })
    const { width, height } = await sharp(file).metadata()
    const { data } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true })
    const isWhite = (x: number, y: number) => data[y * width + x] === 255
    const rows = Array.from({ length: height }, (_, y) => y)
    const columns = Array.from({ length: width }, (_, x) => x)
    expect(rows.every((y) => isWhite(0, y) && isWhite(width - 1, y))).toBe(true)
    expect(columns.every((x) => isWhite(x, 0) && isWhite(x, height - 1))).toBe(true)
    // Less than three millimetres are left at the right.
    expect(rows.some((y) => columns.slice(-17).some((x) => !isWhite(x, y)))).toBe(true)
  })

  test('that leaves no room is refused', async () => {
    expect(await failure(() => svgOf([recordedRun()], { width: 20, fontSize: 20 }))).toMatch(
      /^INVALID_CONFIG: the width of 20 mm leaves no room/,
    )
    expect(await failure(() => svgOf([recordedRun()], { height: 15, fontSize: 12 }))).toMatch(
      /^INVALID_CONFIG: the height of 15 mm leaves no room/,
    )
  })
})

describe('the loss of the steps', () => {
  const strokes = (svg: string) =>
    [...svg.matchAll(/mark-line[^>]*>\s*<path[^>]*stroke="([^"]+)"/g)].map(([, one]) => one)

  test('is one curve of no layer’s colour, without a legend', async () => {
    const svg = await svgOf([recordedRun()], { quantity: 'loss' })
    expect(legend(svg)).toEqual([])
    expect(strokes(svg)).toEqual(['#222222'])
  })

  test('leaves the layers of other panels their colours and names', async () => {
    const svg = await svgOf([recordedRun()], { quantity: ['norm', 'loss'] })
    expect(legend(svg)).toEqual(['dense0', 'dense1'])
    expect(strokes(svg).at(-1)).toBe('#222222')
  })
})

describe('the axes', () => {
  test('have whole epochs only', async () => {
    const svg = await svgOf([syntheticRun({ epochs: 2 })])
    expect(ticks(svg).slice(0, 3)).toEqual(['0', '1', '2'])
    expect(texts(svg, 'role-axis-title')).toEqual(['epoch', 'layer rotation (cosine distance)'])
  })

  test('go from 0 to 1 for rotations, or where they are told', async () => {
    const run = syntheticRun({ epochs: 2 })
    expect(ticks(await svgOf([run]))).toContain('1.0')
    expect(ticks(await svgOf([run], { axis: 'fitted' }))).not.toContain('1.0')
    expect(ticks(await svgOf([run], { axis: [0, 0.5] })).slice(3)).toEqual(['0.0', '0.1', '0.2', '0.3', '0.4', '0.5'])
  })

  test('are logarithmic where values differ by factors', async () => {
    const svg = await svgOf([recordedRun()], { quantity: 'gradient_norm' })
    expect(ticks(svg).slice(-3)).toEqual(['0.1', '0.2', '0.5'])
  })

  test('count steps', async () => {
    const svg = await svgOf([recordedRun({ steps: true })], { quantity: 'norm', over: 'step' })
    expect(texts(svg, 'role-axis-title')).toEqual(['step', 'norm of the weights'])
  })
})

describe('the legend', () => {
  test('names layers, and explains dashed lines', async () => {
    const learningRate = rotateTo([
      [0, 0],
      [4, 0.2],
    ])
    expect(legend(await svgOf([syntheticRun({ epochs: 4 })]))).toEqual(['dense0', 'dense1', 'random walk'])
    const driven = syntheticRun({ epochs: 4, config: { learningRate } })
    expect(legend(await svgOf([driven]))).toEqual(['dense0', 'dense1', 'target'])
    expect(legend(await svgOf([driven], { layers: ['*1'] }))).toEqual(['dense1', 'target'])
  })

  test('numbers many layers', async () => {
    expect(legend(await svgOf([syntheticRun({ epochs: 2, layers: names(12) })]))).toEqual(names(12))
    expect(legend(await svgOf([syntheticRun({ epochs: 2, layers: names(110) })]))).toEqual([
      '1',
      '25',
      '50',
      '75',
      '110',
    ])
  })

  test('names runs, from the largest rate on', async () => {
    const svg = await svgOf([3, 2].map((exponent) => syntheticRun({ epochs: 2, rate: 3 ** -exponent })))
    expect(legend(svg)).toEqual(['3⁻²', '3⁻³'])
    expect(texts(svg, 'role-legend-title')).toEqual(['learning rate'])
  })

  test('keeps long names apart and within the width', async () => {
    const runs = ['a', 'b'].map((end) =>
      syntheticRun({
        name: `experiment-${'x'.repeat(60)}-${end}`,
        epochs: 2,
        config: { seed: end === 'a' ? 1 : 2, batchSize: end === 'a' ? 8 : 16 },
      }),
    )
    const svg = await svgOf(runs, { width: 60 })
    expect(new Set(legend(svg)).size).toBe(2)
    expect(size(svg)[0]).toBe(60)
  })

  test('has the groups of a study, with bands', async () => {
    const axes = { 'learningRate.initial': [0.1, 0.01], seed: [1, 2] }
    const folder = await recordedStudy({ name: 'rates', base: smallExperiment, axes }, (_, i) => ({
      rotation: 0.2 + 0.1 * i,
    }))
    const svg = await svgOf([await openStudy(folder)])
    expect(legend(svg)).toEqual(['0.1', '0.01'])
    expect(svg.match(/<g class="mark-area role-mark/g)).toHaveLength(2)
    const both = await svgOf([await openStudy(folder)], { compare: 'layers', width: 170 })
    expect(texts(both)).toEqual(expect.arrayContaining(['learning rate 0.1', 'learning rate 0.01']))
  })
})

describe('a PNG', () => {
  test('knows its dots an inch', async () => {
    const folder = temporaryFolder()
    const { files } = await writeFigure([recordedRun()], folder, { format: ['png'], width: 85, height: 50, dpi: 300 })
    expect(files).toEqual([join(folder, 'rotation.png')])
    const { width, height, density } = await sharp(files[0]).metadata()
    expect([width, height, density]).toEqual([Math.round((85 / 25.4) * 300), Math.round((50 / 25.4) * 300), 300])
  })

  test('of too many pixels is refused', async () => {
    const big = { format: ['png'], width: 1000, height: 1000, dpi: 4800 } as const
    expect(await failure(() => writeFigure([recordedRun()], temporaryFolder(), big))).toMatch(
      /^INVALID_CONFIG: the PNG would have \d+ million pixels/,
    )
  })
})

describe.skipIf(withoutPoppler !== undefined)(
  `a PDF${withoutPoppler === undefined ? '' : ` (skipped: ${withoutPoppler})`}`,
  () => {
    test('has its fonts embedded, its text as text, and its size', async () => {
      const file = join(temporaryFolder(), 'figure.pdf')
      await writeFigure([syntheticRun({ epochs: 2 })], file, { width: 85, height: 60 })
      const [font, ...others] = poppler('pdffonts', file).trim().split('\n').slice(2)
      expect(font).toMatch(/^[A-Z]{6}\+Inter-Regular +CID TrueType +Identity-H +yes yes yes/)
      expect(others).toEqual([])
      const text = poppler('pdftotext', file, '-')
      for (const word of ['layer rotation', 'epoch', 'dense0', 'random walk', '0.8']) expect(text).toContain(word)
      expect(poppler('pdfinfo', file)).toMatch(/Page size: +240\.945 x 170\.079 pts/)
    })

    test.each<[string, () => Drawable[], FigureOptions]>([
      ['named layers', () => [recordedRun()], { quantity: ['rotation', 'gradient_norm'], width: 120 }],
      ['a colour bar', () => [syntheticRun({ epochs: 20, layers: names(110) })], {}],
      ['a single point', () => [recordedRun({ epochs: 1 })], { quantity: 'norm' }],
    ])('shows the same as the PNG, with %s', async (_, runs, options) => {
      const folder = temporaryFolder()
      const { files } = await writeFigure(runs(), folder, { ...options, format: ['png', 'pdf'], dpi: 144 })
      poppler('pdftoppm', '-r', '144', '-png', '-singlefile', files[1]!, join(folder, 'drawn'))
      const { width, height } = await sharp(files[0]).metadata()
      const pixels = (file: string) =>
        sharp(file)
          .flatten({ background: 'white' })
          .greyscale()
          .blur(1.5)
          .extract({ left: 0, top: 0, width: width - 1, height: height - 1 })
          .raw()
          .toBuffer()
      const [png, pdf] = [await pixels(files[0]!), await pixels(join(folder, 'drawn.png'))]
      const differences = png.map((value, i) => Math.abs(value - pdf[i]!))
      const ink = png.reduce((sum, value) => sum + 255 - value, 0)
      expect(differences.reduce((sum, value) => sum + value, 0) / ink).toBeLessThan(0.25)
      expect(differences.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(120)
    })

    test('is the same, byte for byte, each time', async () => {
      const folder = temporaryFolder()
      const pdf = async (name: string) => {
        await writeFigure([recordedRun()], join(folder, name))
        return readFileSync(join(folder, name))
      }
      expect((await pdf('a.pdf')).equals(await pdf('b.pdf'))).toBe(true)
    })
  },
)

describe('a font of the user', () => {
  test('that is none is refused', async () => {
    const file = join(temporaryFolder(), 'font.ttf')
    writeFileSync(file, 'Not a font')
    const draw = (font: string) => failure(() => svgOf([recordedRun()], { font }))
    expect(await draw(file)).toBe(
      `INVALID_FILE: ${file} is not a font; expected a TrueType or OpenType file, .ttf or .otf`,
    )
    expect(await draw('/nowhere.ttf')).toBe('MISSING_FILE: /nowhere.ttf does not exist; expected a .ttf or .otf font')
    expect(await draw('/dev/zero')).toBe('INVALID_FILE: /dev/zero cannot be read: it is not a regular file')
    writeFileSync(file, readFileSync(fontFile).subarray(0, 1000))
    expect(await draw(file)).toMatch(/^INVALID_FILE: .*font\.ttf cannot be used as a font/)
  })

  test('that is damaged somewhere draws, or is refused with an error of this package', async () => {
    const whole = readFileSync(fontFile)
    const folder = temporaryFolder()
    const file = join(folder, 'font.ttf')
    const damage = fc.record({ at: fc.nat(3000), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (places) => {
        const bytes = Buffer.from(whole)
        for (const { at, bytes: other } of places) bytes.set(other, at)
        writeFileSync(file, bytes)
        await writeFigure([syntheticRun({ epochs: 1 })], folder, { font: file, format: ['pdf', 'png'], dpi: 50 }).catch(
          (error: unknown) => expect(error, String(error)).toBeInstanceOf(LayerRotationError),
        )
      }),
      { numRuns: 25, seed: 1 },
    )
  }, 120_000)
})

test.each<[string, FigureOptions, string]>([
  ['an unknown layer', { layers: ['conv9'] }, 'matches "conv9"; expected dense0, dense1'],
  ['an unknown option', { colour: 1 } as never, 'writeFigure: unknown key "colour"'],
  ['an axis that falls', { axis: [1, 0] }, "writeFigure: axis: expected 'fitted' or two ascending numbers"],
  ['a format beside a file of another one', { format: ['pdf'] }, 'expected a folder'],
])('%s is refused', async (_, options, message) => {
  expect(await failure(() => svgOf([recordedRun()], options))).toContain(message)
})

describe('the columns of metrics.csv', () => {
  test('are drawn by either name, a curve a run, without a legend of layers', async () => {
    for (const quantity of ['test_accuracy', 'testAccuracy']) {
      const svg = await svgOf([recordedRun()], { quantity })
      expect(texts(svg, 'role-axis-title')).toEqual(['test accuracy', 'epoch'].sort())
      expect(legend(svg)).toEqual([])
    }
    const two = [recordedRun(), recordedRun({ rate: 0.3 })]
    const svg = await svgOf(two, { quantity: ['train_loss', 'test_loss'] })
    expect(texts(svg, 'role-axis-title')).toContain('training loss')
    expect(legend(svg)).toHaveLength(2)
  })

  test('of callbacks are drawn, from the epochs that have a value, and by step', async () => {
    const run = recordedRun()
    const metrics = run.metrics.map((row, i) => ({ ...row, custom: { probe: i % 2 === 0 ? 10 * i : null, norm: 1 } }))
    const records = await readRecords({ ...run, metrics }, 'probe', 'epoch')
    expect([records.at, records.rows.map(([value]) => value)]).toEqual([
      [1, 3],
      [0, 20],
    ])
    expect((await readRecords({ ...run, metrics }, 'norm', 'epoch')).isOfRun).toBe(false)
    expect((await readRecords({ ...run, metrics }, 'probe', 'step')).at).toEqual(
      [1, 3].map((epoch) => epoch * run.environment.stepsPerEpoch),
    )
    expect(await failure(() => writeFigure([{ ...run, metrics }], 'x.svg', { quantity: 'prob' }))).toContain(
      'did you mean "probe"?',
    )
  })

  test('of the runs of a group are their mean', async () => {
    const folder = temporaryFolder()
    const axes = { 'learningRate.initial': [0.1], seed: [1, 2] }
    await recordedStudy(
      { name: 'rates', base: smallExperiment, axes },
      (_, i) => ({ testAccuracy: 0.5 + 0.2 * i }),
      folder,
    )
    const { subjects } = subjectsOf([await openStudy(folder)])
    const { curves } = await subjectCurves(subjects[0]!, {
      quantity: 'test_accuracy',
      over: 'epoch',
      layers: undefined,
      compare: 'runs',
    })
    const { value, low, high } = curves[0]!.at(-1)!
    expect(value).toBeCloseTo(0.6, 9)
    expect(high - low).toBeCloseTo(2 * Math.SQRT1_2 * 0.2, 9)
  })
})

test('a curve that all layers have is drawn once, and named so', async () => {
  const run = recordedRun({ layers: names(32) })
  const table = await run.layers()
  const same = new LayerTable(
    table.layers,
    table.steps,
    new Map([
      ['epoch', table.column('epoch')],
      ['rate', table.column('epoch').map((epoch) => 0.1 / epoch)],
      ['norm', table.column('epoch').map((_, i) => (i % 32 < 16 ? 1 : 2))],
    ]),
  )
  const svg = await svgOf([{ ...run, layers: () => Promise.resolve(same) }], { quantity: 'rate' })
  expect(svg).toContain('all 32 layers')
  expect(svg.match(/mark-line/g)).toHaveLength(1)
  const { remarks } = await writeFigure(
    [{ ...run, layers: () => Promise.resolve(same) }],
    join(temporaryFolder(), 'a.svg'),
    { quantity: 'norm' },
  )
  expect(remarks).toEqual(['Of norm, 32 layers have 2 different curves; equal ones cover each other.'])
})
