import type { Font } from 'fontkit'
import { LayerRotationError } from '../../errors.js'
import { reading } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { fontFile } from '../font.js'
import { printPackage } from './print-package.js'

/** The font of a figure's texts. */
export interface PrintFont {
  /** Its family, by which programs find it. */
  family: string
  file: string
  bytes: Buffer
  font: Font
  /** The width of a text at a size of 1, without kerning. */
  width: (text: string) => number
  has: (character: string) => boolean
}

/** The most bytes of a font; those of Chinese have twenty million. */
const largestFont = 2 ** 26

/** The first bytes of TrueType and OpenType fonts. Packed fonts and collections have others. */
const signatures = ['00010000', '4f54544f', '74727565']

/** The characters that every figure has: numbers and the words of its axes. */
const needed = 'abcdefghijklmnopqrstuvwxyz0123456789.,()'

/**
 * Reads a TrueType or OpenType font, which may come from anybody; by default the shipped one.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE for a file that is no font or lacks letters
 */
export async function readPrintFont(file: string = fontFile): Promise<PrintFont> {
  const bytes = await reading(
    file,
    () =>
      withRegular(file, async (handle) => {
        const { size } = await handle.stat()
        if (size > largestFont) throw new Error(`it has ${size} bytes; expected at most ${largestFont}`)
        return handle.readFile()
      }),
    'a .ttf or .otf font',
  )
  if (!signatures.includes(bytes.toString('hex', 0, 4))) {
    const message = `${file} is not a font; expected a TrueType or OpenType file, .ttf or .otf`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const { create } = await printPackage('fontkit', () => import('fontkit'))
  return withFont(file, () => {
    const font = create(bytes) as Font
    const family = familyOf(font)
    if (!/^[\p{L}\p{N} ._-]{1,100}$/u.test(family)) throw new Error('the name of its family is missing, or not a name')
    const advance = cached((character) => glyphOf(font, character).advanceWidth / font.unitsPerEm)
    const has = (character: string) => font.hasGlyphForCodePoint(character.codePointAt(0)!)
    const missing = [...needed].find(
      (character) => !has(character) || !(advance(character) >= 0 && advance(character) < 10),
    )
    if (missing !== undefined) throw new Error(`it has no letter ${JSON.stringify(missing)}`)
    const width = (text: string) => [...text].reduce((sum, character) => sum + advance(character), 0)
    return { family, file, bytes, font, width, has }
  })
}

/** Runs `work` with a font; what is damaged in it shows somewhere. @throws {LayerRotationError} INVALID_FILE */
export function withFont<Result>(file: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    throw unusable(file, cause)
  }
}

/** The error of a font that cannot be drawn with; the shipped one can, so that it has another cause. */
export function unusable(file: string, cause: unknown): unknown {
  if (file === fontFile) return cause
  const isPlain = cause instanceof Error && cause.constructor === Error
  const reason = isPlain ? cause.message.slice(0, 200) : 'its content is damaged'
  const message = `${file} cannot be used as a font: ${reason}; choose another one`
  return new LayerRotationError('INVALID_FILE', message, { cause })
}

/** The family as renderers look it up: that of all styles if the font names one. */
function familyOf(font: Font): string {
  const name = (key: string) => (font as unknown as { getName: (key: string) => string | null }).getName(key)
  return name('preferredFamily') ?? name('fontFamily') ?? ''
}

const glyphOf = (font: Font, character: string) => font.glyphForCodePoint(character.codePointAt(0)!)

function cached(measure: (character: string) => number): (character: string) => number {
  const known = new Map<string, number>()
  return (character) => {
    const width = known.get(character) ?? measure(character)
    known.set(character, width)
    return width
  }
}
