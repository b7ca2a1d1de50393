import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import sharp, { type Sharp } from 'sharp'

/** Pixels without a pattern: [height, width, channels]. */
export function noise(height: number, width: number, channels: number, seed = 1): Buffer {
  let state = seed
  return Buffer.from(
    Array.from({ length: height * width * channels }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state >>> 24
    }),
  )
}

export function image(pixels: Buffer, height: number, width: number, channels: 1 | 2 | 3 | 4): Sharp {
  return sharp(pixels, { raw: { width, height, channels } })
}

export function writeFile(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** A PNG of 4 × 5 pixels (height × width) of noise. */
export function smallPng(seed: number): Promise<Buffer> {
  return image(noise(4, 5, 3, seed), 4, 5, 3)
    .png()
    .toBuffer()
}

/** [height, width, channels] as [channels, height, width]. */
export function planar(pixels: Buffer, channels: number): number[] {
  const plane = pixels.length / channels
  return Array.from({ length: pixels.length }, (_, i) => pixels[(i % plane) * channels + Math.floor(i / plane)]!)
}
