import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  name: string
  content?: Buffer
  /** Unix mode in the upper half of the attributes. */
  mode?: number
  /** The size that the headers claim. */
  claimedSize?: number
  crc?: number
  /** Stores the content as it is. */
  isStored?: boolean
}

/** A zip archive, whose entries are deflated unless they say otherwise, and may lie. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const { name, content = Buffer.alloc(0), mode = 0o100644, claimedSize = content.length, ...entry } of entries) {
    const packed = entry.isStored ? content : deflateRawSync(content)
    const common = Buffer.alloc(26) // from "version needed" on, shared by both headers
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(entry.isStored ? 0 : 8, 4)
    common.writeUInt32LE(entry.crc ?? crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claimedSize, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const central = Buffer.alloc(14)
    central.writeUInt32LE(mode * 2 ** 16, 6)
    central.writeUInt32LE(offset, 10)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    locals.push(local)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, central, Buffer.from(name)]))
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}
