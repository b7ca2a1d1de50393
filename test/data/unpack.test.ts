import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cifar10, cifar10Layout } from '../../src/data/cifar/cifar10.js'
import { getSet } from '../../src/data/catalog/get/get-set.js'
import { unpackZip } from '../../src/data/catalog/get/unpack-zip.js'
import { readSplits } from '../../src/data/load-data.js'
import type { DataProgress } from '../../src/data/progress.js'
import { publishedSets, type PublishedSet } from '../../src/data/catalog/published-sets.js'
import { failure } from '../support/failure.js'
import { smallDisk } from '../support/small-disk.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { cifarArchive, cifarFiles, tarEntry, tarGz } from './cifar-files.js'
import { file, serve } from './file-server.js'
import { zip, type ZipEntry } from './zip-file.js'

describe('a CIFAR archive', () => {
  const files = cifarFiles(cifar10Layout)
  const whole = cifarArchive(cifar10Layout, files)

  /** CIFAR-10 as if this archive were the published one. */
  function publishedAs(archive: Buffer, url = 'http://127.0.0.1:1/archive'): PublishedSet {
    const digest = createHash('sha256').update(archive).digest('hex')
    const published = {
      name: cifar10Layout.archive,
      url,
      bytes: archive.length,
      checksum: { algorithm: 'sha256', digest },
    } as const
    return { ...publishedSets['cifar-10'], files: [published] }
  }

  test('is downloaded, unpacked and removed; what is there is not fetched again', async () => {
    const folder = temporaryFolder()
    const { url, ranges } = await serve(file(whole))
    const set = publishedAs(whole, `${url}/${cifar10Layout.archive}`)
    const progress: DataProgress[] = []
    const place = await getSet(set, folder, { onProgress: (p) => progress.push(p) })
    expect(place).toBe(join(folder, 'cifar-10-batches-bin'))
    expect(readdirSync(folder)).toEqual(['cifar-10-batches-bin'])
    for (const [name, bytes] of files) expect(readFileSync(join(place, name)).equals(bytes)).toBe(true)
    expect(progress.at(-1)).toEqual({
      step: 'unpacking',
      subject: cifar10Layout.archive,
      done: 6,
      total: 6,
      unit: 'files',
    })
    expect((await readSplits(cifar10({ folder }), 1)).train.labels).toHaveLength(50_000)
    await getSet(set, folder)
    expect(ranges).toHaveLength(1)
  })

  test('that is already in the folder is unpacked without a server', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, cifar10Layout.archive), whole)
    mkdirSync(join(folder, 'cifar-10-batches-bin.part')) // of a process that was killed
    writeFileSync(join(folder, 'cifar-10-batches-bin.part', 'data_batch_1.bin'), 'half')
    await getSet(publishedAs(whole), folder)
    expect(readdirSync(folder)).toEqual(['cifar-10-batches-bin'])
  })

  test('that is broken leaves no folder that could be taken for a whole one', async () => {
    const folder = temporaryFolder()
    const archive = whole.subarray(0, whole.length / 2)
    writeFileSync(join(folder, cifar10Layout.archive), archive)
    expect(await failure(() => getSet(publishedAs(archive), folder))).toContain('broken or truncated archive')
    expect(existsSync(join(folder, cifar10Layout.folder))).toBe(false)
  })

  test('writes nothing but the known files', async () => {
    const folder = temporaryFolder()
    const entries = [...files].map(([name, bytes]) => tarEntry(`${cifar10Layout.folder}/${name}`, bytes))
    const hostile = [tarEntry('../escaped', Buffer.from('x')), tarEntry('/tmp/escaped-from-cifar', Buffer.from('x'))]
    const archive = tarGz([...hostile, ...entries])
    writeFileSync(join(folder, cifar10Layout.archive), archive)
    await getSet(publishedAs(archive), folder)
    expect(readdirSync(join(folder, cifar10Layout.folder)).sort()).toEqual([...files.keys()].sort())
    expect(existsSync(join(folder, '..', 'escaped'))).toBe(false)
    expect(existsSync('/tmp/escaped-from-cifar')).toBe(false)
  })
})

describe('a zip archive', () => {
  const limits = { files: 10, bytes: 10_000 }
  const good: ZipEntry[] = [
    { name: 'set/' },
    { name: 'set/list.txt', content: Buffer.from('hello') },
    { name: 'set/deep/er/image', content: Buffer.alloc(5000, 3) },
  ]

  async function unpack(bytes: Buffer): Promise<string> {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'set.zip'), bytes)
    await unpackZip(join(folder, 'set.zip'), join(folder, 'set'), limits, {})
    return folder
  }

  /** Returns the error for an archive. Nothing may then be left that could be taken for a whole set. */
  async function complaint(bytes: Buffer): Promise<string> {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'set.zip'), bytes)
    const message = await failure(() => unpackZip(join(folder, 'set.zip'), join(folder, 'set'), limits, {}))
    expect(existsSync(join(folder, 'set'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name !== 'set.part')).toEqual(['set.zip'])
    return message.replace(`${folder}/`, '')
  }

  test('is unpacked', async () => {
    const folder = await unpack(zip(good))
    expect(readdirSync(folder).sort()).toEqual(['set', 'set.zip'])
    expect(readFileSync(join(folder, 'set', 'list.txt'), 'utf8')).toBe('hello')
    expect(readFileSync(join(folder, 'set', 'deep', 'er', 'image')).equals(Buffer.alloc(5000, 3))).toBe(true)
  })

  test.each([
    ['../escaped', 'invalid relative path'],
    ['set/../../escaped', 'invalid relative path'],
    ['/escaped', 'absolute path'],
    ['C:/escaped', 'absolute path'],
    ['set\\..\\..\\escaped', 'invalid characters in fileName'],
    ['other/file', 'expected all in set/'],
    ['set', 'expected all in set/'],
  ])('cannot write to %s', async (name, problem) => {
    const message = await complaint(zip([...good, { name, content: Buffer.from('x') }]))
    expect(message).toMatch(/^INVALID_FILE: set\.zip /)
    expect(message).toContain(problem)
  })

  test('cannot hold links', async () => {
    expect(await complaint(zip([{ name: 'set/link', content: Buffer.from('/etc'), mode: 0o120777 }]))).toBe(
      'INVALID_FILE: set.zip holds the link "set/link"; expected files and folders',
    )
  })

  test('cannot hold a file twice', async () => {
    expect(await complaint(zip([...good, { name: 'set/list.txt' }]))).toBe(
      'INVALID_FILE: set.zip holds "set/list.txt" twice; expected each file once',
    )
    expect(await complaint(zip([...good, { name: 'set/list.txt/a' }]))).toContain('holds "set/list.txt" twice')
  })

  test.each(['set/a\0b', `set/${'long'.repeat(100)}`, 'set//a', 'set/./a'])(
    'cannot hold %j, which no disk takes or no program would read',
    async (name) => {
      expect(await complaint(zip([{ name }]))).toMatch(
        /^INVALID_FILE: set\.zip holds the name .*; expected one that a file can have$/,
      )
    },
  )

  // yauzl passes such a place on to Node, which threw where nothing could catch it.
  test('cannot name a place beyond 2^53', async () => {
    const locator = Buffer.alloc(20)
    locator.writeUInt32LE(0x07064b50)
    locator.writeBigUInt64LE(2n ** 63n, 8)
    const whole = zip(good)
    const archive = Buffer.concat([whole.subarray(0, -22), locator, whole.subarray(-22)])
    expect(await complaint(archive)).toContain('set.zip is broken: it names byte 9223372036854776000')
  })

  test('cannot unpack to more than it should, whatever it claims', async () => {
    const bomb = { name: 'set/bomb', content: Buffer.alloc(2 ** 24) }
    expect(await complaint(zip([bomb]))).toBe(
      'INVALID_FILE: set.zip unpacks to more than 10000 bytes; expected the published archive',
    )
    expect(await complaint(zip([{ ...bomb, claimedSize: 100 }]))).toMatch(
      /INVALID_FILE: set\.zip set\/bomb: too many bytes/,
    )
    const many = Array.from({ length: 11 }, (_, i) => ({ name: `set/${i}` }))
    expect(await complaint(zip(many))).toBe('INVALID_FILE: set.zip holds 11 entries; expected at most 10')
  })

  test('cannot be read if it is broken', async () => {
    const whole = zip(good)
    expect(await complaint(Buffer.alloc(0))).toContain('set.zip is broken: ')
    expect(await complaint(Buffer.from('<html></html>'.repeat(50)))).toContain('set.zip is broken: ')
    expect(await complaint(whole.subarray(0, whole.length - 30))).toContain('set.zip is broken: ')
    expect(await complaint(zip([]))).toBe('INVALID_FILE: set.zip is empty; expected the published archive')
    expect(await complaint(zip([{ name: 'set/x', content: Buffer.from('abc'), claimedSize: 5 }]))).toContain(
      'set/x: not enough bytes',
    )
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 60, 75)
    expect(await complaint(damaged)).toContain('INVALID_FILE: set.zip ')
  })

  test('stops when its signal is aborted', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'set.zip'), zip(good))
    const work = { signal: AbortSignal.abort() }
    expect(await failure(() => unpackZip(join(folder, 'set.zip'), join(folder, 'set'), limits, work))).toBe(
      `INTERRUPTED: stopped while unpacking ${folder}/set.zip`,
    )
  })

  test('needs space', async ({ skip }) => {
    const disk = smallDisk('size=64k')
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    const archive = join(temporaryFolder(), 'set.zip')
    writeFileSync(archive, zip([{ name: 'set/large', content: Buffer.alloc(200_000) }]))
    const message = await failure(() => unpackZip(archive, join(disk, 'set'), { files: 1, bytes: 1e6 }, {}))
    expect(message).toContain('WRITE_FAILED: ')
    expect(message).toContain('set.part/set/large could not be written: the disk is full')
  })
})
