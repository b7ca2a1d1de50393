import { readFileSync } from 'node:fs'

/** An image file and what Pillow makes of it; pillow.py makes the table. */
export interface PillowImage {
  name: string
  bytes: Buffer
  width: number
  height: number
  /** Pillow's convert('RGB'), [height, width, 3], and convert('L'), [height, width]; null if Pillow refuses the file. */
  colour: Buffer | null
  grey: Buffer | null
}

interface Line {
  name: string
  file: string
  size: [number, number]
  RGB: string | null
  L: string | null
}

export const pillowImages: readonly PillowImage[] = readFileSync(new URL('pillow.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const { name, file, size, RGB, L } = JSON.parse(line) as Line
    const pixels = (hex: string | null) => (hex === null ? null : Buffer.from(hex, 'hex'))
    const [width, height] = size
    return { name, bytes: Buffer.from(file, 'base64'), width, height, colour: pixels(RGB), grey: pixels(L) }
  })

export function pillowImage(name: string): PillowImage {
  const found = pillowImages.find((image) => image.name === name)
  if (found === undefined) throw new Error(`pillow.jsonl has no ${name}`)
  return found
}
