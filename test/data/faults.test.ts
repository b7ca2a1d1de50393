import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { publishedSets, type PublishedSet } from '../../src/data/catalog/published-sets.js'
import { cifar10Layout } from '../../src/data/cifar/cifar10.js'
import { imageFolder } from '../../src/data/images/image-folder.js'
import { mnist } from '../../src/data/mnist/mnist.js'
import { contentsOf } from '../support/contents-of.js'
import { FaultyProcess, type Fault } from '../train/faults/faulty-process.js'
import { reasons } from '../train/faults/trials.js'
import { cifarArchive, cifarFiles, writeFiles } from './cifar-files.js'
import { file, serve } from './file-server.js'
import { images, writeMnist } from './idx-file.js'
import { smallPng, writeFile } from './image-files.js'
import { zip } from './zip-file.js'

/** Errors of each kind: of a disk, a permission and a quota, and one that is none. */
const faults: readonly Fault[] = ['EIO', 'EACCES', 'EDQUOT', 'short']

/** CIFAR-10 with a few images. */
const layout = {
  ...cifar10Layout,
  train: [{ name: 'data_batch_1.bin', records: 12 }],
  test: [{ name: 'test_batch.bin', records: 4 }],
}
const files = cifarFiles(layout)
const archive = cifarArchive(layout, files)

type Command = 'data' | 'cifar' | 'get'

/**
 * Lets every third call of a command on a data set fail in turn. The command must bring the same as without a failure, or a clear error
 * and the same at the next call. It must close all files.
 *
 * @param template the folder as the command finds it
 * @param configIn the command's config for a folder
 */
async function eachFault(
  command: Command,
  template: (folder: string) => unknown,
  configIn: (folder: string) => object,
): Promise<void> {
  const child = FaultyProcess.begin()
  const before = join(child.folder, 'before')
  mkdirSync(before)
  await template(before)
  const left = (place: string) =>
    new Map(
      [...contentsOf(place)]
        // An archive that was unpacked and could not be removed stays, with a note; a lock counts as that of a dead process.
        .filter(([path]) => !path.includes('.lock/') && !(command === 'get' && /\.(tar\.gz|zip)$/.test(path)))
        .map(([path, content]) => [
          path.replace(/[0-9a-f]{16}\.images/, 'images'),
          path.endsWith('.images') ? '' : content,
        ]),
    )
  const attempt = async (failing?: { at: number; fault: Fault }, again = false) => {
    const place = mkdtempSync(join(child.folder, 'trial-'))
    cpSync(before, place, { recursive: true })
    const first = await child.run(command, place, configIn(place), failing)
    const last = again && first.message !== undefined ? await child.run(command, place, configIn(place)) : first
    const content = left(place)
    rmSync(place, { recursive: true })
    return { place, first, last, content }
  }
  await attempt() // loads modules, whose files stay open
  const whole = await attempt()
  expect(whole.first.message).toBeUndefined()
  for (let at = 1; at <= whole.first.calls; at += 3) {
    const fault = faults[at % faults.length]!
    const { place, first, last, content } = await attempt({ at, fault }, true)
    const where = `${fault} in call ${at} ${JSON.stringify(first)}`
    if (first.message !== undefined) {
      expect(first.code, where).toMatch(/^(READ|WRITE)_FAILED$/)
      expect(first.message, where).toContain(place)
      expect(first.message, where).toMatch(reasons[fault as Exclude<Fault, 'short'>])
    }
    expect(last.message, where).toBeUndefined()
    expect(last.digest, where).toBe(whole.first.digest)
    expect(first.descriptors, where).toBe(whole.first.descriptors)
    expect(content, where).toEqual(whole.content)
  }
}

test('a call that fails while IDX files are read is named, and none reads them in part', async () => {
  const template = (folder: string) => {
    writeMnist(folder, [3, 1, 4, 1, 5])
    rmSync(join(folder, 'train-images-idx3-ubyte'))
    writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(images(5)))
  }
  await eachFault('data', template, (folder) => mnist({ folder }))
}, 300_000)

test('a call that fails while CIFAR is read is named, from files and from the archive', async () => {
  await eachFault(
    'cifar',
    (folder) => writeFiles(folder, files),
    () => layout,
  )
  await eachFault(
    'cifar',
    (folder) => writeFileSync(join(folder, layout.archive), archive),
    () => layout,
  )
}, 300_000)

test('a call that fails while images are decoded is named, and leaves no part of them', async () => {
  const template = async (folder: string) => {
    let seed = 0
    for (const path of ['train/ash/a.png', 'train/birch/b', 'test/ash/a.png', 'test/birch/b.png'])
      writeFile(join(folder, path), await smallPng(seed++))
  }
  const config = (folder: string) =>
    imageFolder({ train: join(folder, 'train'), test: join(folder, 'test'), height: 4, width: 5, classes: 2 })
  await eachFault('data', template, config)
}, 300_000)

test('a call that fails while a data set is downloaded and unpacked is named', async () => {
  const published = async (set: PublishedSet, name: string, content: Buffer) => {
    const { url } = await serve(file(content))
    const checksum = { algorithm: 'sha256', digest: createHash('sha256').update(content).digest('hex') } as const
    return { ...set, files: [{ name, url: `${url}/${name}`, bytes: content.length, checksum }] }
  }
  const cifar = publishedSets['cifar-10']
  const small = { ...cifar, unpacking: { ...cifar.unpacking, bytes: 1, layout } as PublishedSet['unpacking'] }
  const cifarSet = await published(small, layout.archive, archive)
  await eachFault(
    'get',
    () => undefined,
    () => cifarSet,
  )

  const tiny = publishedSets['tiny-imagenet']
  const entries = ['tiny-imagenet-200/wnids.txt', 'tiny-imagenet-200/val/a'].map((name) => ({ name, content: archive }))
  const packed = { ...tiny, unpacking: { ...tiny.unpacking, space: 1 } as PublishedSet['unpacking'] }
  const zipSet = await published(packed, 'tiny-imagenet-200.zip', zip(entries))
  await eachFault(
    'get',
    () => undefined,
    () => zipSet,
  )
}, 300_000)
