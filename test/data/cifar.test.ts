import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cifar10, cifar10Layout } from '../../src/data/cifar/cifar10.js'
import { cifar100, cifar100Layout } from '../../src/data/cifar/cifar100.js'
import { loadData, readSplits } from '../../src/data/load-data.js'
import type { Split } from '../../src/data/split.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { cifarArchive, cifarFiles, linkFiles, sharedFiles, tar, tarEntry, tarGz } from './cifar-files.js'

const files10 = cifarFiles(cifar10Layout)
const files100 = cifarFiles(cifar100Layout)
const archive10 = cifarArchive(cifar10Layout, files10)
const shared10 = sharedFiles(files10)
const shared100 = sharedFiles(files100)

/** A folder with the files of CIFAR-10, some of which are replaced. */
function folder10(replaced: Record<string, Buffer> = {}): string {
  const folder = temporaryFolder()
  linkFiles(shared10(), folder)
  for (const [name, bytes] of Object.entries(replaced)) {
    rmSync(join(folder, name))
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}

/** Reads the images without their statistics, which take longer. */
const read10 = (folder: string) => readSplits(cifar10({ folder }), 1)

const compared = (one: Split, other: Split) => Buffer.compare(Buffer.from(one.images), Buffer.from(other.images))

describe('CIFAR-10', () => {
  test('is read from its binary files, the training batches one after the other', async () => {
    const batch = Buffer.from(files10.get('data_batch_3.bin')!)
    batch[0] = 7 // label of image 20,000
    batch[2] = 99 // its second red pixel
    const { inputShape, classes, train, test } = await loadData(
      cifar10({ folder: folder10({ 'data_batch_3.bin': batch }) }),
      1,
    )
    expect({ inputShape, classes }).toEqual({ inputShape: [3, 32, 32], classes: 10 })
    expect([train.labels.length, test.labels.length]).toEqual([50_000, 10_000])
    expect([...train.labels.subarray(19_998, 20_003)]).toEqual([8, 9, 7, 1, 2])
    expect(train.images).toHaveLength(50_000 * 3072)
    const image = (i: number) => train.images.subarray(i * 3072, (i + 1) * 3072)
    expect([image(20_000)[0], image(20_000)[1], image(20_000)[1024], image(20_000)[3071]]).toEqual([200, 99, 1, 2])
    expect([...image(20_005).subarray(1020, 1026)]).toEqual([5, 5, 5, 5, 6, 6])
    expect([...test.labels.subarray(0, 3)]).toEqual([0, 1, 2])
  })

  test('is found in its own folder and in its archive, whatever else is there', async () => {
    const [direct, below, packed] = [folder10(), temporaryFolder(), temporaryFolder()]
    linkFiles(shared10(), join(below, cifar10Layout.folder))
    writeFileSync(join(packed, cifar10Layout.archive), archive10)
    const expected = await read10(direct)
    for (const folder of [below, packed]) {
      const found = await read10(folder)
      expect(found.train.labels).toEqual(expected.train.labels)
      expect(compared(found.train, expected.train)).toBe(0)
      expect(compared(found.test, expected.test)).toBe(0)
    }
  })

  test('is in the folder LAYER_ROTATION_DATA if the config names none', async () => {
    const data = temporaryFolder()
    const before = process.env['LAYER_ROTATION_DATA']
    onTestFinished(() => void (process.env['LAYER_ROTATION_DATA'] = before ?? ''))
    process.env['LAYER_ROTATION_DATA'] = data
    expect(await failure(() => loadData(cifar10(), 1))).toBe(
      `MISSING_FILE: CIFAR-10 is missing: ${data} holds neither cifar-10-batches-bin nor cifar-10-binary.tar.gz; run \`npx layer-rotation data get cifar-10\`, or set data.folder to a folder with data_batch_1.bin and the other .bin files, with cifar-10-batches-bin, or with cifar-10-binary.tar.gz`,
    )
    linkFiles(shared10(), join(data, 'cifar-10-batches-bin'))
    expect((await readSplits(cifar10(), 1)).train.labels).toHaveLength(50_000)
  })

  test('has one mean and deviation, or those of each channel, of all training images also where a subset is drawn', async () => {
    const folder = folder10()
    const scalar = await loadData(cifar10({ folder, perClass: 5 }), 1)
    const channel = await loadData(cifar10({ folder }), 1, 'channel')
    expect(scalar.train.labels).toHaveLength(50)
    // Each batch of 10,000 images has 39 rounds of 256 values and then the first 16 of another one.
    const values = (offset: number) => Array.from({ length: 10_000 }, (_, i) => (i + offset) % 256)
    const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
    // In the red channel the first of 1024 pixels is 200.
    const first = [1 / 1024, 0, 0]
    const means = [0, 1, 2].map((c) => first[c]! * 200 + (1 - first[c]!) * mean(values(c)))
    const deviations = means.map((m, c) => {
      const variance = mean(values(c).map((value) => (value - m) ** 2))
      return Math.sqrt(first[c]! * (200 - m) ** 2 + (1 - first[c]!) * variance)
    })
    for (const c of [0, 1, 2]) {
      expect(channel.mean[c]).toBeCloseTo(means[c]!, 9)
      expect(channel.deviation[c]).toBeCloseTo(deviations[c]!, 9)
    }
    expect([scalar.mean.length, scalar.deviation.length]).toEqual([1, 1])
    expect(scalar.mean[0]).toBeCloseTo(mean(means), 9)
    const variance = mean(means.map((m, c) => deviations[c]! ** 2 + (m - mean(means)) ** 2))
    expect(scalar.deviation[0]).toBeCloseTo(Math.sqrt(variance), 9)
  })
})

describe('CIFAR-100', () => {
  test('has fine or coarse labels', async () => {
    const folder = temporaryFolder()
    linkFiles(shared100(), join(folder, cifar100Layout.folder))
    const fine = await loadData(cifar100({ folder }), 1)
    const coarse = await loadData(cifar100({ folder, labels: 'coarse' }), 1)
    expect([fine.classes, coarse.classes]).toEqual([100, 20])
    expect([...fine.train.labels.subarray(118, 122)]).toEqual([18, 19, 20, 21])
    expect([...coarse.train.labels.subarray(118, 122)]).toEqual([18, 19, 0, 1])
    expect([fine.train.labels.length, fine.test.labels.length]).toEqual([50_000, 10_000])
    expect([...fine.train.images.subarray(2 * 3072 + 1, 2 * 3072 + 3)]).toEqual([2, 2])
    expect(compared(fine.train, coarse.train)).toBe(0)
  })
})

describe('CIFAR files that cannot be used', () => {
  test('missing', async () => {
    const folder = folder10()
    rmSync(join(folder, 'test_batch.bin'))
    expect(await failure(() => read10(folder))).toBe(`MISSING_FILE: ${folder}/test_batch.bin does not exist`)
    expect(await failure(() => read10('no/such'))).toMatch(
      /^MISSING_FILE: CIFAR-10 is missing: no\/such holds .*`npx layer-rotation data get cifar-10`/,
    )
  })

  test('truncated or extended', async () => {
    const folder = folder10({ 'data_batch_2.bin': files10.get('data_batch_2.bin')! })
    const file = join(folder, 'data_batch_2.bin')
    truncateSync(file, 3073 * 5 + 10)
    expect(await failure(() => read10(folder))).toBe(
      `INVALID_FILE: ${file}: byte 15375, in record 5 (the first is 0): found the end of the file; expected 10000 records of 3073 bytes, 30730000 bytes in all`,
    )
    truncateSync(file, 30_730_000 + 3073)
    expect(await failure(() => read10(folder))).toBe(
      `INVALID_FILE: ${file}: byte 30730000: found more data, 30733073 bytes in all; expected 10000 records of 3073 bytes, 30730000 bytes in all`,
    )
    truncateSync(file, 2 ** 40) // sparse
    expect(await failure(() => read10(folder))).toContain('byte 30730000: found more data, 1099511627776 bytes')
  })

  test('a folder instead of a file', async () => {
    const folder = folder10()
    rmSync(join(folder, 'data_batch_2.bin'))
    mkdirSync(join(folder, 'data_batch_2.bin'))
    expect(await failure(() => read10(folder))).toBe(
      `INVALID_FILE: ${folder}/data_batch_2.bin cannot be read: it is not a regular file`,
    )
  })

  test('a label out of range', async () => {
    const batch = Buffer.from(files10.get('data_batch_4.bin')!)
    batch[3073 * 17] = 10
    const folder = folder10({ 'data_batch_4.bin': batch })
    expect(await failure(() => read10(folder))).toBe(
      `INVALID_FILE: ${folder}/data_batch_4.bin: record 17 (the first is 0), byte 52241: found label 10; expected 0 … 9`,
    )
  })

  test('a fine or a coarse label out of range, whichever of them is used', async () => {
    const folder = temporaryFolder()
    const broken = Buffer.from(files100.get('test.bin')!)
    broken[3074 * 3 + 1] = 100
    linkFiles(shared100(), folder)
    rmSync(join(folder, 'test.bin'))
    writeFileSync(join(folder, 'test.bin'), broken)
    expect(await failure(() => loadData(cifar100({ folder, labels: 'coarse' }), 1))).toBe(
      `INVALID_FILE: ${folder}/test.bin: record 3 (the first is 0), byte 9223: found fine label 100; expected 0 … 99`,
    )
    broken[3074 * 3 + 1] = 0
    broken[3074 * 3] = 20
    writeFileSync(join(folder, 'test.bin'), broken)
    expect(await failure(() => loadData(cifar100({ folder }), 1))).toContain('byte 9222: found coarse label 20')
  })
})

describe('CIFAR in another format', () => {
  const python = 'the Python version: pickle files, which are never read, because they can run code'
  const matlab = 'the MATLAB version, which is not read'

  test.each([
    [cifar10, 'cifar-10', 'cifar-10-batches-py', python],
    [cifar10, 'cifar-10', 'batches.meta', python],
    [cifar10, 'cifar-10', 'cifar-10-python.tar.gz', python],
    [cifar10, 'cifar-10', 'cifar-10-batches-mat', matlab],
    [cifar100, 'cifar-100', 'cifar-100-python', python],
    [cifar100, 'cifar-100', 'meta', python],
    [cifar100, 'cifar-100', 'cifar-100-matlab.tar.gz', matlab],
  ])('%#: is told by name', async (make, name, file, format) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, file), '')
    const message = await failure(() => loadData(make({ folder }), 1))
    expect(message).toContain(
      ` is missing: ${folder} holds ${file}, ${format}; run \`npx layer-rotation data get ${name}\`, or`,
    )
  })
})

describe('a CIFAR archive that cannot be used', () => {
  const name = (file: string) => `${cifar10Layout.folder}/${file}`

  async function complaint(bytes: Buffer): Promise<string> {
    const folder = temporaryFolder()
    const archive = join(folder, cifar10Layout.archive)
    writeFileSync(archive, bytes)
    const message = await failure(() => read10(folder))
    expect(message).toContain(`INVALID_FILE: ${archive}`)
    return message.replace(`INVALID_FILE: ${archive}`, '')
  }

  test.each([0.001, 0.5, 0.999])('cut off after %f of it', async (share) => {
    expect(await complaint(archive10.subarray(0, Math.floor(archive10.length * share)))).toMatch(
      /^: broken or truncated archive: /,
    )
  })

  test.each([
    ['zstd', '28b52ffd'],
    ['xz', 'fd377a585a00'],
    ['bzip2', '425a6839314159265359'],
    ['zip', '504b0304'],
    ['gzip in gzip', '1f8b'],
    ['lz4', '04224d18'],
  ])('packed by %s', async (name, beginning) => {
    const content = Buffer.concat([Buffer.from(beginning, 'hex'), archive10.subarray(0, 100_000)])
    const bytes = name === 'gzip in gzip' ? gzipSync(archive10.subarray(0, 100_000)) : content
    expect(await complaint(bytes)).toMatch(/^: broken or truncated archive: /)
    expect(await complaint(bytes.subarray(0, 5))).toMatch(/^: broken or truncated archive: | does not hold /)
  })

  test('empty, or no archive at all', async () => {
    expect(await complaint(Buffer.alloc(0))).toMatch(/archive|does not hold/)
    expect(await complaint(Buffer.from('<html>not found</html>'.repeat(100)))).toMatch(/^: broken or truncated archive/)
    expect(await complaint(gzipSync(Buffer.from('<html>not found</html>'.repeat(100))))).toMatch(
      /^: broken or truncated archive/,
    )
  })

  test('damaged', async () => {
    const damaged = Buffer.from(archive10)
    damaged[Math.floor(archive10.length / 2)]! ^= 0xff
    damaged[Math.floor(archive10.length / 2) + 1]! ^= 0xff
    expect(await complaint(damaged)).not.toBe('')
  })

  test('without one of the files', async () => {
    const rest = new Map([...files10].filter(([file]) => file !== 'data_batch_5.bin'))
    expect(await complaint(cifarArchive(cifar10Layout, rest))).toBe(
      ' does not hold cifar-10-batches-bin/data_batch_5.bin',
    )
  })

  test('with a file that is too short, or claims to be huge', async () => {
    const short = tarGz([tarEntry(name('data_batch_1.bin'), Buffer.alloc(3073))])
    expect(await complaint(short)).toContain(': cifar-10-batches-bin/data_batch_1.bin: byte 3073, in record 1')
    const before = process.memoryUsage().rss
    const huge = tarGz([tarEntry(name('data_batch_1.bin'), Buffer.alloc(3073), { size: 2 ** 33 - 1 })])
    expect(await complaint(huge)).toContain('byte 30730000: found more data')
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  })

  test('with a link instead of a file', async () => {
    const link = tarGz([tarEntry(name('data_batch_1.bin'), Buffer.alloc(0), { type: '2', link: '/etc/passwd' })])
    expect(await complaint(link)).toBe(
      ': cifar-10-batches-bin/data_batch_1.bin is of type SymbolicLink; expected a regular file',
    )
  })

  test('with much else', async () => {
    const zeros = gzipSync(Buffer.alloc(190_000_000), { level: 1 })
    expect(await complaint(zeros)).toContain('it unpacks to more than 186477152 bytes; expected the published archive')
    const bomb = tarGz([tarEntry('bomb', Buffer.alloc(2 ** 20 + 1))])
    expect(await complaint(bomb)).toBe(' holds bomb; expected only the files of the published cifar-10-binary.tar.gz')
  })

  test('with a label out of range', async () => {
    const batch = Buffer.from(files10.get('data_batch_1.bin')!)
    batch[3073] = 11
    expect(await complaint(cifarArchive(cifar10Layout, new Map([['data_batch_1.bin', batch]])))).toBe(
      ': cifar-10-batches-bin/data_batch_1.bin: record 1 (the first is 0), byte 3073: found label 11; expected 0 … 9',
    )
  })

  test('a folder of that name', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, cifar10Layout.archive))
    expect(await failure(() => read10(folder))).toBe(
      `INVALID_FILE: ${folder}/cifar-10-binary.tar.gz cannot be read: it is not a regular file`,
    )
  })

  test('but a plain .tar under its name, and paths that begin with ./, are read', async () => {
    const folder = temporaryFolder()
    const entries = [...files10].map(([file, bytes]) => tarEntry(`./${name(file)}`, bytes))
    writeFileSync(join(folder, cifar10Layout.archive), tar(entries))
    expect((await read10(folder)).test.labels).toHaveLength(10_000)
  })
})
