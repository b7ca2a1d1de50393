import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpackZip } from '../../../src/data/catalog/get/unpack-zip.js'
import { zip, type ZipEntry } from '../../data/zip-file.js'
import { expectRefusal, type Target } from '../target.js'

const limits = { files: 20, bytes: 2 ** 20 }

/** An archive, which must be unpacked into inside/set and nowhere else. */
export const zipArchive: Target = {
  seeds: () => {
    const content = Buffer.from('some content, some content, some content')
    const archives: ZipEntry[][] = [
      [{ name: 'set/' }, { name: 'set/a.txt', content }, { name: 'set/deep/b.txt', content }],
      [{ name: 'set/../../outside', content }],
      [{ name: '/tmp/outside', content }],
      [
        { name: 'set/link', content: Buffer.from('/etc/passwd'), mode: 0o120777 },
        { name: 'set/link/a', content },
      ],
      [
        { name: 'set/a', content },
        { name: 'set/a', content },
      ],
      [
        { name: 'set/a', content },
        { name: 'set/a/b', content },
      ],
      [{ name: 'set/a', content, claimedSize: 2 ** 31 }],
      [{ name: 'set\\..\\..\\outside', content }],
      [{ name: 'set/a\0b', content }],
      [{ name: `set/${'long'.repeat(100)}`, content }],
      [{ name: 'set/', mode: 0o100644, content }],
      [{ name: 'set/..', content }],
      [{ name: 'set//a', content }],
      [{ name: 'set/./a', content }],
      [],
    ]
    return archives.map(zip)
  },
  tokens: [
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    'PK\x06\x06',
    'PK\x06\x07',
    '../',
    'set/',
    '\\',
    '\0',
    '/',
    'up\0\0',
  ],
  run: async (input, folder) => {
    const outside = join(folder, 'zip')
    const inside = join(outside, 'inside')
    rmSync(outside, { recursive: true, force: true })
    mkdirSync(inside, { recursive: true })
    const archive = join(outside, 'archive.zip')
    writeFileSync(archive, input)
    await expectRefusal(() => unpackZip(archive, join(inside, 'set'), limits, {}))
    const stray = [...readdirSync(outside), ...readdirSync(inside)].find(
      (name) => !['inside', 'archive.zip', 'set', 'set.part'].includes(name),
    )
    if (stray !== undefined || existsSync('/tmp/outside')) throw new Error(`it wrote ${stray ?? '/tmp/outside'}`)
    const links = readdirSync(inside, { recursive: true, withFileTypes: true }).filter(
      (entry) => !entry.isFile() && !entry.isDirectory(),
    )
    if (links.length > 0) throw new Error(`it made ${links[0]!.name}, which is neither a file nor a folder`)
  },
}
