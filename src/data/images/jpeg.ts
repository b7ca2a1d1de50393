/**
 * Returns the number of components of a pixel of a JPEG: 1 for grey, 3 for colour, 4 for CMYK; undefined if the file does not
 * tell it.
 */
export function jpegComponents(jpeg: Buffer): number | undefined {
  for (let at = 2; at + 9 < jpeg.length;) {
    const marker = jpeg[at] === 0xff ? jpeg[at + 1]! : 0xff
    if (marker === 0xff) at += 1
    else if (isStartOfFrame(marker)) return jpeg[at + 9]
    else at += 2 + (hasLength(marker) ? jpeg.readUInt16BE(at + 2) : 0)
  }
  return undefined
}

/** 0xc4, 0xc8 and 0xcc among these markers begin tables. https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1 */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && (marker % 4 !== 0 || marker === 0xc0)

const hasLength = (marker: number): boolean => marker > 0x01 && (marker < 0xd0 || marker > 0xd8)
