import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll } from 'vitest'
import { recordBytes, type CifarFile, type CifarLayout } from '../../src/data/cifar/cifar-layout.js'

/**
 * The bytes of one file of a CIFAR data set. Record i has the labels i modulo their number of classes; its red, green and
 * blue pixels are i, i + 1 and i + 2 modulo 256, apart from the first of all, which is 200.
 */
export function cifarFile(layout: CifarLayout, { records }: CifarFile): Buffer {
  const length = recordBytes(layout)
  const bytes = Buffer.alloc(records * length)
  for (let i = 0; i < records; i++) {
    for (const [k, { classes }] of layout.labels.entries()) bytes[i * length + k] = i % classes
    const pixels = i * length + layout.labels.length
    for (let channel = 0; channel < 3; channel++) {
      bytes.fill((i + channel) % 256, pixels + channel * 1024, pixels + (channel + 1) * 1024)
    }
    bytes[pixels] = 200
  }
  return bytes
}

/** All files by their names. */
export function cifarFiles(layout: CifarLayout): Map<string, Buffer> {
  return new Map([...layout.train, ...layout.test].map((file) => [file.name, cifarFile(layout, file)]))
}

/** A folder with these files, whose bytes are written once for all tests of the calling file; see linkFiles(). */
export function sharedFiles(files: ReadonlyMap<string, Buffer>): () => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layer-rotation-cifar-'))
    writeFiles(folder, files)
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return () => folder
}

/** Puts the files of a shared folder into another one without copying them. They must not be written to there. */
export function linkFiles(shared: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(shared)) linkSync(join(shared, name), join(folder, name))
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
}

/** An entry of a tar archive: header and padded content. */
export function tarEntry(name: string, content: Buffer, { type = '0', size = content.length, link = '' } = {}): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(link, 157, 100)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

export const tar = (entries: readonly Buffer[]): Buffer => Buffer.concat([...entries, Buffer.alloc(1024)])

export const tarGz = (entries: readonly Buffer[]): Buffer => gzipSync(tar(entries), { level: 1 })

/** The archive in which files are published. */
export function cifarArchive(layout: CifarLayout, files: ReadonlyMap<string, Buffer>): Buffer {
  return tarGz([...files].map(([name, bytes]) => tarEntry(`${layout.folder}/${name}`, bytes)))
}
