import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { foldersPositional } from '../options.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

/** The formats of a figure, as src/figure/print/arguments.ts has them, which this must not load. */
const formats = ['svg', 'png', 'pdf'] as const

export const figure = defineCommand({
  command: 'figure <runs..>',
  describe: 'Draw a figure for a paper, in its printed size',
  positionals: {
    runs: {
      ...foldersPositional,
      describe: 'Run folders, folders that measure wrote, or the folder of a study',
    },
  },
  options: {
    of: {
      type: 'string',
      requiresArg: true,
      default: 'rotation',
      describe: 'Columns of layers.csv or metrics.csv, such as rotation,gradient_norm,test_accuracy; each gets a panel',
      coerce: (text: string) => list(text, '--of'),
      defaultDescription: 'rotation',
    },
    layers: {
      type: 'string',
      requiresArg: true,
      describe: 'Patterns of the layers: "conv*,dense0"',
      defaultDescription: 'all',
      coerce: (text: string) => list(text, '--layers'),
    },
    over: {
      choices: ['epoch', 'step'] as const,
      requiresArg: true,
      describe: 'The horizontal axis',
      defaultDescription: 'epoch, or step where no epochs are counted',
    },
    compare: {
      choices: ['layers', 'runs'] as const,
      requiresArg: true,
      describe: 'A curve a layer, with a panel a run; or a curve a run, the mean of its layers',
      defaultDescription: 'layers of one run, else runs',
    },
    axis: {
      type: 'string',
      requiresArg: true,
      describe: 'The range of the vertical axis: fitted, or two numbers, such as 0..1',
      defaultDescription: '0..1 for rotations, else fitted',
      coerce: axisRange,
    },
    width: {
      type: 'string',
      requiresArg: true,
      describe: 'Millimetres: 85mm, or 85',
      defaultDescription: '85mm',
      coerce: (text: string) => size(text, '--width', 'mm'),
    },
    height: {
      type: 'string',
      requiresArg: true,
      describe: 'Millimetres',
      defaultDescription: 'from the width',
      coerce: (text: string) => size(text, '--height', 'mm'),
    },
    font: {
      type: 'string',
      requiresArg: true,
      describe: 'A .ttf or .otf file',
      defaultDescription: 'Inter, which comes along',
    },
    'font-size': {
      type: 'string',
      requiresArg: true,
      describe: 'Points of the titles; numbers and legends are an eighth smaller',
      defaultDescription: '8pt',
      coerce: (text: string) => size(text, '--font-size', 'pt'),
    },
    dpi: {
      type: 'number',
      requiresArg: true,
      describe: 'Dots an inch of a PNG',
      defaultDescription: '600',
    },
    format: {
      type: 'string',
      requiresArg: true,
      describe: 'svg, png or pdf, or several of them: svg,pdf',
      defaultDescription: 'pdf, or that of --output',
      coerce: formatList,
    },
    output: {
      type: 'string',
      requiresArg: true,
      describe: 'The file to write, or a folder for it',
      defaultDescription: 'the working folder',
    },
  },
  examples: [
    ['figure runs/mnist/20261123-052233-7f3a90', 'The rotation of every layer, in rotation.pdf, as wide as a column'],
    ['figure runs/mnist/* --of rotation,norm --width 170mm --output figures', 'A curve a run, over two columns'],
    ['figure runs/mnist/* --of train_loss,test_accuracy', 'Losses and accuracies, a curve a run'],
    ['figure runs/rates --format svg,pdf', 'The groups of a study: means over the seeds, with bands'],
    [
      'figure runs/mnist/20261123-052233-7f3a90 --of angle --over step --layers "conv*" --output angle.png --dpi 300',
      'Single steps, where record.steps records them',
    ],
  ],
  notes: [
    'The columns of a run are those that it records; docs/recorded-columns.md explains them. Up to twelve layers are named, more ' +
      'of them have a colour bar with their numbers. Dashed lines are the targets of rotateTo, and the random walk of Layca’s steps.',
    'PDF embeds its fonts; SVG and PDF have text as text, and a PNG knows its dots an inch. Characters that a font lacks are ' +
      'taken from Inter.',
  ],
  handler: async ({ runs: folders, of, 'font-size': fontSize, output = '.', ...options }) => {
    const { openDrawables } = await import('../figure/open-drawables.js')
    const { writeFigure } = await import('../../figure/print/write-figure.js')
    const runs = await openDrawables(folders)
    const { files, remarks } = await writeFigure(runs, output, { quantity: of, fontSize, ...options })
    print(...files.map((file) => `figure    ${clickablePath(file)}`), ...remarks)
  },
})

function list(text: string, option: string): string[] {
  const words = text.split(',').map((word) => word.trim())
  if (words.every((word) => word !== '')) return words
  refuse(`${option} is ${JSON.stringify(text)}; expected names with commas between them`)
}

function size(text: string, option: string, unit: 'mm' | 'pt'): number {
  const number = new RegExp(`^(\\d+(\\.\\d+)?) ?(${unit})?$`).exec(text)?.[1]
  if (number !== undefined) return Number(number)
  refuse(`${option} is ${JSON.stringify(text)}; expected a number of ${unit}, such as ${unit === 'mm' ? 85 : 8}${unit}`)
}

function axisRange(text: string): 'fitted' | [number, number] {
  if (text === 'fitted') return text
  const [low = NaN, high = NaN, ...more] = text.split('..').map((word) => (word.trim() === '' ? NaN : Number(word)))
  if (low < high && more.length === 0) return [low, high]
  refuse(`--axis is ${JSON.stringify(text)}; expected fitted, or two ascending numbers, such as 0..1`)
}

function formatList(text: string): (typeof formats)[number][] {
  return list(text, '--format').map((word) => {
    const known = formats.find((format) => format === word)
    if (known !== undefined) return known
    refuse(`--format: ${JSON.stringify(word)} is not a format; expected ${formats.join(', ')}`)
  })
}

function refuse(message: string): never {
  throw new LayerRotationError('INVALID_CONFIG', message)
}
