/** The kinds of image files that are decoded, by their first bytes. Other kinds, such as SVG, are programs rather than images. */
const decoded = {
  JPEG: /^\xff\xd8\xff/,
  PNG: /^\x89PNG\r\n\x1a\n/,
  WebP: /^RIFF[^]{4}WEBP/,
  GIF: /^GIF8[79]a/,
  TIFF: /^(II[*+]\0|MM\0[*+])/, // with + it is a BigTIFF
}

/** The kinds of image files that are told from other files, but not decoded. */
const others = {
  BMP: /^BM[^]{4}\0{4}/,
  'PBM, PGM, PPM or PAM': /^P([1-6]\s+(#|\d)|7\n)/,
  'HEIC or AVIF': /^[^]{4}ftyp(hei|hev|mif|msf|avi)/,
  'JPEG 2000': /^(\0\0\0\x0cjP {2}\r\n|\xff\x4f\xff\x51)/,
  'JPEG XL': /^(\xff\x0a|\0\0\0\x0cJXL \r\n)/,
  ICO: /^\0\0[\x01\x02]\0[^]\0/,
  PSD: /^8BPS/,
  OpenEXR: /^\x76\x2f\x31\x01/,
  DDS: /^DDS /,
  QOI: /^qoif/,
  // A comment ends at its first end: if a later one could count, 70 of them could be divided in 2^70 ways.
  SVG: /^\s*(<\?xml[^>]*>\s*)?(<!--((?!-->)[^])*-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg\b/,
  NumPy: /^\x93NUMPY/,
}

export type ImageKind = keyof typeof decoded

/** The decoded kinds, as an error lists them. */
export const decodedKinds = 'JPEG, PNG, WebP, GIF or TIFF'

/** The number of bytes that tell the kind of a file. */
export const beginningBytes = 512

/** Returns the kind of an image file that is decoded, by its first bytes; undefined for any other file. */
export function imageKind(bytes: Buffer): ImageKind | undefined {
  return matching(decoded, bytes)
}

/** Returns the kind of an image file that is not decoded, by its first bytes; undefined for any other file. */
export function otherImageKind(bytes: Buffer): string | undefined {
  return matching(others, bytes)
}

function matching<Kind extends string>(kinds: Record<Kind, RegExp>, bytes: Buffer): Kind | undefined {
  const start = bytes.toString('latin1', 0, beginningBytes)
  return (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].test(start))
}
