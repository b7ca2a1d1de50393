import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { imageFolder } from '../../src/data/images/image-folder.js'
import { loadData } from '../../src/data/load-data.js'
import type { DataProgress } from '../../src/data/progress.js'
import { experiment } from '../../src/experiment/experiment.js'
import { train } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { fillDisk, smallDisk } from '../support/small-disk.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { image, noise, planar, smallPng, writeFile } from './image-files.js'
import { pillowImage } from './pillow.js'

let folder: string
const dataBefore = process.env['LAYER_ROTATION_DATA']

/** Two classes with two training images and one test image each; image i of the training images is noise of seed i. */
beforeEach(async () => {
  folder = temporaryFolder()
  process.env['LAYER_ROTATION_DATA'] = join(folder, 'data')
  writeFile(join(folder, 'train', 'ash', 'b.png'), await smallPng(1))
  writeFile(join(folder, 'train', 'ash', 'c.PNG'), await smallPng(2))
  writeFile(join(folder, 'train', 'birch', 'a.png'), await smallPng(3))
  writeFile(join(folder, 'train', 'birch', 'deeper', 'a.png'), await smallPng(4))
  writeFile(join(folder, 'test', 'ash', 'a.png'), await smallPng(5))
  writeFile(join(folder, 'test', 'birch', 'a.png'), await smallPng(6))
})

afterEach(() => {
  process.env['LAYER_ROTATION_DATA'] = dataBefore ?? ''
})

const config = (more: object = {}) =>
  imageFolder({ train: join(folder, 'train'), test: join(folder, 'test'), height: 4, width: 5, classes: 2, ...more })
const load = (more: object = {}) => loadData(config(more), 1)
const pixels = (...seeds: number[]) => seeds.flatMap((seed) => planar(noise(4, 5, 3, seed), 3))
const decoded = () => readdirSync(join(folder, 'data', 'decoded'))

async function progressOf(more: object = {}): Promise<DataProgress[]> {
  const progress: DataProgress[] = []
  await loadData(config(more), 1, 'scalar', { onProgress: (p) => progress.push(p) })
  return progress
}

/** Returns how many images were decoded. */
const decodedBy = async (more?: object): Promise<number> =>
  (await progressOf(more)).filter(({ step }) => step === 'decoding').length

/** Returns the notes for people. */
async function notesOf(more: object = {}): Promise<string[]> {
  const notes: string[] = []
  await loadData(config(more), 1, 'scalar', { onNote: (note) => notes.push(note.replaceAll(`${folder}/`, '')) })
  return notes
}

describe('a folder of images', () => {
  test('has its classes and images in the order of their names', async () => {
    const { inputShape, classes, train, test } = await load()
    expect({ inputShape, classes }).toEqual({ inputShape: [3, 4, 5], classes: 2 })
    expect([...train.labels]).toEqual([0, 0, 1, 1])
    expect([...train.images]).toEqual(pixels(1, 2, 3, 4))
    expect([...test.labels]).toEqual([0, 1])
    expect([...test.images]).toEqual(pixels(5, 6))
  })

  test('tells size, classes and their names to an experiment', async () => {
    const given = { train: join(folder, 'train'), test: join(folder, 'test') }
    expect(imageFolder(given)).toEqual(config())
    expect(imageFolder({ ...given, classes: 2, height: 4 })).toEqual(config())
    expect((await load()).classNames).toEqual(['ash', 'birch'])
    const image = () => sharp({ create: { width: 7, height: 9, channels: 3, background: 'green' } })
    const files = {
      'a.jpg': image().jpeg(),
      'b.webp': image().webp(),
      'c.gif': image().gif(),
      'd.tiff': image().tiff(),
      'e.png': image().png(),
    }
    for (const split of ['train', 'test']) {
      for (const name of ['x', 'y', 'z']) {
        for (const [file, one] of Object.entries(files)) {
          writeFile(join(folder, 'kinds', split, name, file), await one.toBuffer())
        }
      }
    }
    const kinds = imageFolder({ train: join(folder, 'kinds/train'), test: join(folder, 'kinds/test') })
    expect(kinds).toMatchObject({ height: 9, width: 7, classes: 3, channels: 3 })
    expect((await loadData(kinds, 1)).train.labels).toHaveLength(15)
  })

  test('must have one size to tell it', async () => {
    const given = { train: join(folder, 'train'), test: join(folder, 'test') }
    const odd = join(folder, 'test', 'birch', 'odd.png')
    writeFile(
      odd,
      await sharp({ create: { width: 5, height: 6, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    )
    const first = join(folder, 'train', 'ash', readdirSync(join(folder, 'train', 'ash'))[0]!)
    expect(await failure(() => imageFolder(given))).toBe(
      `INVALID_FILE: ${odd} has 5 × 6 pixels, and ${first} 5 × 4; expected images of one size`,
    )
    writeFile(odd, Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
    expect(await failure(() => imageFolder(given))).toBe(
      `INVALID_FILE: ${odd}: its size cannot be read; the image is damaged`,
    )
    expect(await failure(() => imageFolder({ ...given, train: join(folder, 'nowhere') }))).toContain('MISSING_FILE')
  })

  test('is normalised by its training images', async () => {
    const { mean, deviation } = await loadData(config(), 1, 'channel')
    const red = pixels(1, 2, 3, 4).filter((_, i) => i % 60 < 20)
    const average = red.reduce((sum, x) => sum + x, 0) / 80
    expect(mean[0]).toBeCloseTo(average, 10)
    expect(deviation[0]).toBeCloseTo(Math.sqrt(red.reduce((sum, x) => sum + (x - average) ** 2, 0) / 80), 10)
  })

  test('may have hidden and other files beside the images, and links to folders and images', async () => {
    writeFile(join(folder, 'train', '.DS_Store'), '')
    writeFile(join(folder, 'train', '.hidden', 'a.png'), '')
    writeFile(join(folder, 'train', 'readme.txt'), '')
    writeFile(join(folder, 'train', 'ash', 'boxes.txt'), '')
    writeFile(join(folder, 'train', 'ash', '._b.png'), '')
    renameSync(join(folder, 'train', 'birch'), join(folder, 'elsewhere'))
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'train', 'birch'))
    renameSync(join(folder, 'test', 'ash', 'a.png'), join(folder, 'one.png'))
    symlinkSync(join(folder, 'one.png'), join(folder, 'test', 'ash', 'a.png'))
    const { train, test } = await load()
    expect([...train.images]).toEqual(pixels(1, 2, 3, 4))
    expect([...test.images]).toEqual(pixels(5, 6))
  })

  const leaves = () =>
    experiment({
      name: 'leaves',
      data: config(),
      model: { type: 'mlp', hidden: [4], classes: 2 },
      optimizer: { type: 'sgd' },
      learningRate: { type: 'constant', initial: 0.1 },
      epochs: 2,
      batchSize: 2,
      device: 'cpu',
    })

  test.each([
    [
      'throws',
      (error: Error) => {
        throw error
      },
    ],
    ['rejects', (error: Error) => Promise.reject(error)],
  ])('is not read on for a listener that %s', async (_, fail) => {
    const error = new TypeError('a mistake of the caller')
    const options = { folder: join(folder, 'run'), onData: () => fail(error) }
    await expect(train(leaves(), options)).rejects.toBe(error)
    expect(existsSync(options.folder)).toBe(false)
  })

  test('is told by content where names do not tell it', async () => {
    const names = ['a', 'a.jfif', 'a.jpe', 'a.jif', 'a.mpo', 'a.apng', 'a.pic', '2024.01.05']
    for (const name of names) writeFile(join(folder, 'train', 'ash', name), await smallPng(7))
    const { train } = await load()
    expect(train.labels).toHaveLength(4 + names.length)
    expect(await notesOf()).toEqual([])
  })

  test('is read with a note of what is not read', async () => {
    expect(await notesOf()).toEqual([])
    writeFile(join(folder, 'train', 'ash', 'boxes.txt'), '')
    expect(await notesOf()).toEqual([
      'train: 1 file or folder is not read, because no image of a class is in it: ash/boxes.txt',
    ])
    writeFile(join(folder, 'test', 'a.png'), await smallPng(1)) // beside the classes
    writeFile(join(folder, 'test', 'birch', '.b.png'), await smallPng(1))
    for (let i = 0; i < 5; i++) writeFile(join(folder, 'test', 'birch', 'notes', `${i}.txt`), 'a leaf')
    for (const name of ['.DS_Store', '._a.png', 'Thumbs.db']) writeFile(join(folder, 'test', 'birch', name), 'x')
    expect((await notesOf())[1]).toBe(
      'test: 7 files and folders are not read, because no image of a class is in it: ' +
        'a.png, birch/.b.png, birch/notes/0.txt, birch/notes/1.txt, birch/notes/2.txt, and 2 more',
    )
  })

  test('has the same classes whether their accents are written in one way or the other', async () => {
    for (const [split, name] of [
      ['train', 'caf\u00e9'],
      ['test', 'cafe\u0301'],
    ] as const) {
      writeFile(join(folder, split, name, 'a.png'), await smallPng(8))
      writeFile(join(folder, split, 'cafz', 'a.png'), await smallPng(9))
    }
    const { train, test } = await load({ classes: 4 })
    // In the order of the training split; by itself, the test split would have café before cafz.
    expect([...train.labels]).toEqual([0, 0, 1, 1, 2, 3])
    expect([...test.labels]).toEqual([0, 1, 2, 3])
    expect([...test.images]).toEqual(pixels(5, 6, 9, 8))
  })

  test('can be trained on: the decoder and LibTorch live in one process', async () => {
    writeFile(join(folder, 'train', 'ash', 'boxes.txt'), '')
    const notes: string[] = []
    const run = await train(leaves(), { folder: join(folder, 'run'), onNote: (note) => notes.push(note) })
    expect(run.status.status).toBe('finished')
    expect(notes).toEqual([expect.stringContaining('is not read')])
    expect(readFileSync(join(folder, 'run', 'run.log'), 'utf8')).toContain(`Z ${notes[0]!}\n`)
    expect((await load()).train.labels).toHaveLength(4)
  })
})

describe('decoded images', () => {
  test('are kept until a file changes', async () => {
    expect(await decodedBy()).toBe(6)
    expect(decoded()).toHaveLength(1)
    expect(await decodedBy()).toBe(0)

    writeFile(join(folder, 'train', 'ash', 'b.png'), await smallPng(9))
    expect(await decodedBy()).toBe(6)
    expect([...(await load()).train.images]).toEqual(pixels(9, 2, 3, 4))
    expect(decoded()).toHaveLength(1)

    writeFile(join(folder, 'train', 'ash', 'd.png'), await smallPng(10))
    expect(await decodedBy()).toBe(7)
    renameSync(join(folder, 'train', 'ash', 'd.png'), join(folder, 'train', 'birch', 'd.png'))
    expect(await decodedBy()).toBe(7)
    expect([...(await load()).train.labels]).toEqual([0, 0, 1, 1, 1])
    rmSync(join(folder, 'train', 'birch', 'd.png'))
    expect(await decodedBy()).toBe(6)
  })

  test('are kept where files have new times, names or inodes, but the same content in the same order', async () => {
    await load()
    const file = join(folder, 'train', 'ash', 'b.png')
    utimesSync(file, new Date(), new Date(statSync(file).mtimeMs + 5000))
    copyFileSync(file, `${file}.copy`)
    renameSync(`${file}.copy`, join(folder, 'train', 'ash', 'a.png'))
    rmSync(file)
    expect(await decodedBy()).toBe(0)
    expect([...(await load()).train.images]).toEqual(pixels(1, 2, 3, 4))
  })

  describe('of files of equal length and time of modification', () => {
    const [one, other] = ['ash/b.png', 'birch/a.png']
    const path = (name: string) => join(folder, 'train', name)
    const time = new Date(2020, 1, 1)

    beforeEach(() => {
      const [first, second] = [one, other].map((name) => readFileSync(path(name)))
      const length = Math.max(first!.length, second!.length)
      // Bytes after the last chunk of a PNG do not count.
      for (const [name, bytes] of [
        [one, first!],
        [other, second!],
      ] as const) {
        writeFileSync(path(name), Buffer.concat([bytes, Buffer.alloc(length - bytes.length)]))
        utimesSync(path(name), time, time)
      }
    })

    const exchanges: [string, () => void][] = [
      ['mv', () => shell(`mv ${path(one)} x && mv ${path(other)} ${path(one)} && mv x ${path(other)}`)],
      ['cp -p', () => shell(`cp -p ${path(one)} x && cp -p ${path(other)} ${path(one)} && cp -p x ${path(other)}`)],
      [
        'an archive',
        () =>
          shell(
            `mv ${path(one)} x && mv ${path(other)} ${path(one)} && mv x ${path(other)} && tar cf t -C ${folder} train && ` +
              `rm -r ${folder}/train && tar xf t -C ${folder}`,
          ),
      ],
      [
        'writing and setting the time back',
        () => {
          const [first, second] = [one, other].map((name) => readFileSync(path(name)))
          writeFileSync(path(one), second!)
          writeFileSync(path(other), first!)
          for (const name of [one, other]) utimesSync(path(name), time, time)
        },
      ],
    ]
    const shell = (command: string) => execFileSync('sh', ['-c', command], { cwd: folder })

    test.each(exchanges)('are made again when %s exchanges two', async (_, exchange) => {
      expect([...(await load()).train.images]).toEqual(pixels(1, 2, 3, 4))
      exchange()
      expect([...(await load()).train.images]).toEqual(pixels(3, 2, 1, 4))
    })

    // Change times tell only of files that are older than two seconds.
    test('are made again when links exchange two old files, and are not even compared otherwise', async () => {
      for (const [i, name] of [one, other].entries()) {
        renameSync(path(name), join(folder, `${i}.png`))
        symlinkSync(join(folder, `${i}.png`), path(name))
      }
      await setTimeout(2100)
      expect((await progressOf()).map(({ step }) => step)).toEqual(Array(6).fill('decoding'))
      expect(await progressOf()).toEqual([])
      for (const [i, name] of [other, one].entries()) {
        rmSync(path(name))
        symlinkSync(join(folder, `${i}.png`), path(name))
      }
      expect([...(await load()).train.images]).toEqual(pixels(3, 2, 1, 4))
      expect(await progressOf()).toEqual([])
    })
  })

  test('of files that had just been written are compared once, and then trusted', async () => {
    await load()
    await setTimeout(2100)
    expect((await progressOf()).map(({ step }) => step)).toEqual(Array(6).fill('checking'))
    expect(await progressOf()).toEqual([])
  })

  test('are read from a data folder that cannot be written', async ({ skip }) => {
    await load()
    const disk = smallDisk()
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    cpSync(join(folder, 'data'), join(disk, 'data'), { recursive: true })
    execFileSync('mount', ['-o', 'remount,ro', disk])
    process.env['LAYER_ROTATION_DATA'] = join(disk, 'data')
    expect(await decodedBy()).toBe(0)
  })

  test('are of one shape each', async () => {
    await load()
    expect(await decodedBy({ channels: 1 })).toBe(6)
    expect(await decodedBy()).toBe(0)
    expect(await decodedBy({ channels: 1 })).toBe(0)
    expect(decoded()).toHaveLength(2)
    expect(await failure(() => load({ height: 5, width: 4 }))).toContain(
      'found an image of 5 × 4 pixels; expected 4 × 5',
    )
  })

  test('are not believed where they are cut short, lengthened or of another kind', async () => {
    await load()
    const cache = join(folder, 'data', 'decoded', decoded()[0]!)
    const whole = readFileSync(cache)
    expect(whole).toHaveLength(96 + 6 * 60)
    for (const broken of [
      whole.subarray(0, whole.length - 1),
      Buffer.concat([whole, Buffer.alloc(1)]),
      Buffer.alloc(0),
      Buffer.alloc(whole.length),
      Buffer.from(whole.map((byte, i) => (i === 8 ? 1 : byte))), // version
      Buffer.from(whole.map((byte, i) => (i === 24 ? 255 : byte))), // number of training images
      Buffer.from(whole.map((byte, i) => (i === 95 ? byte ^ 1 : byte))), // content
    ]) {
      writeFileSync(cache, broken)
      expect(await decodedBy()).toBe(6)
      expect(readFileSync(cache).equals(whole)).toBe(true)
    }
    truncateSync(cache, 2 ** 40)
    expect(await decodedBy()).toBe(6)
    rmSync(cache)
    mkdirSync(cache)
    expect(await failure(load)).toContain(`WRITE_FAILED: ${cache} could not be written`)
  })

  test('of an interrupted or failed decoding do not stay, nor is its rest taken for them', async () => {
    const controller = new AbortController()
    const stop = ({ done }: DataProgress) => void (done === 3 && controller.abort())
    const message = await failure(() =>
      loadData(config(), 1, 'scalar', { onProgress: stop, signal: controller.signal }),
    )
    expect(message).toBe('INTERRUPTED: stopped while decoding train')
    expect(decoded()).toEqual([])
    writeFile(join(folder, 'test', 'birch', 'a.png'), 'broken')
    expect(await failure(load)).toContain(`INVALID_FILE: ${folder}/test/birch/a.png: found another kind of file`)
    expect(decoded()).toEqual([])
  })

  test('are counted as they are done, whichever is done first', async () => {
    // The first takes longer than those after it.
    const png = (pixels: Buffer) => image(pixels, 500, 500, 3).png().toBuffer()
    const [first, other] = [await png(noise(500, 500, 3)), await png(Buffer.alloc(500 * 500 * 3))]
    const names = ['ash/a.png', 'ash/b.png', 'ash/c.png', 'birch/a.png']
    for (const name of names) {
      writeFile(join(folder, 'large', name), name === 'ash/a.png' ? first : other)
      writeFile(join(folder, 'largeTest', name), other)
    }
    const large = { train: join(folder, 'large'), test: join(folder, 'largeTest'), height: 500, width: 500 }
    expect((await progressOf(large)).map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('are made once by two who want them at the same time', async () => {
    const counts = await Promise.all([decodedBy(), decodedBy()])
    expect(counts.sort()).toEqual([0, 6])
  })
})

describe('a folder that cannot be used', () => {
  const complaint = (more?: object) => failure(() => load(more)).then((text) => text.replaceAll(`${folder}/`, ''))

  test('has another number of channels than images have', () => {
    expect(() => config({ channels: 2 })).toThrow('imageFolder: channels is 2; expected one of 1, 3')
  })

  test('does not exist, or is not a folder', async () => {
    expect(await complaint({ test: join(folder, 'tset') })).toBe(
      'MISSING_FILE: data.test: the folder tset does not exist; expected one sub-folder of images for each class',
    )
    writeFile(join(folder, 'file'), '')
    expect(await complaint({ train: join(folder, 'file') })).toContain(
      'INVALID_FILE: file cannot be read: it or a part of its path is a file',
    )
  })

  test('is empty', async () => {
    mkdirSync(join(folder, 'empty'))
    expect(await complaint({ test: join(folder, 'empty') })).toBe(
      'INVALID_FILE: empty has no class folders; expected one sub-folder of images for each class',
    )
  })

  test('has a class without images', async () => {
    rmSync(join(folder, 'test', 'ash', 'a.png'))
    writeFile(join(folder, 'test', 'ash', 'notes.txt'), '')
    expect(await complaint()).toBe('INVALID_FILE: test/ash holds no images; expected JPEG, PNG, WebP, GIF or TIFF')
  })

  test('has another number of classes', async () => {
    expect(await complaint({ classes: 3 })).toBe(
      'INVALID_FILE: train has 2 class folders; expected 3, as data.classes says',
    )
  })

  test('has other classes for training than for the test', async () => {
    writeFile(join(folder, 'train', 'cedar', 'a.png'), await smallPng(1))
    expect(await complaint({ classes: 3 })).toBe('INVALID_FILE: test has no class folder cedar, which train has')
    rmSync(join(folder, 'train', 'cedar'), { recursive: true })
    renameSync(join(folder, 'test', 'birch'), join(folder, 'test', 'beech'))
    expect(await complaint()).toBe('INVALID_FILE: train has no class folder beech, which test has')
  })

  test('has a class twice', async () => {
    writeFile(join(folder, 'train', 'Birch', 'a.png'), await smallPng(1))
    expect(await complaint()).toBe(
      'INVALID_FILE: train has the class folders Birch and birch, which differ only in case or accents; rename one',
    )
    rmSync(join(folder, 'train', 'Birch'), { recursive: true })
    writeFile(join(folder, 'train', 'caf\u00e9', 'a.png'), '')
    writeFile(join(folder, 'train', 'cafe\u0301', 'a.png'), '')
    expect(await complaint()).toContain('which differ only in case or accents')
  })

  test.each([
    ['x.BMP', ''],
    ['x.ppm', ''],
    ['x.pnm', ''],
    ['x.heif', ''],
    ['x.dng', pillowImage('rgba.tif').bytes],
    ['x', pillowImage('other.bmp').bytes],
    ['x.img', pillowImage('other.ppm').bytes],
    ['x.bin', pillowImage('other.avif').bytes],
    ['x.jpeg2000', pillowImage('other.jp2').bytes],
    ['x.xml', '<?xml version="1.0"?>\n<!-- a leaf -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ])('has an image of a kind that is not read: %s', async (name, content) => {
    writeFile(join(folder, 'train', 'ash', name), content)
    expect(await complaint()).toMatch(
      /^INVALID_FILE: train\/ash\/x\S* is an image of a kind that cannot be read \(.+\); expected JPEG, PNG, WebP, GIF or TIFF$/,
    )
  })

  test('has a file of so many comments that they could be divided in 2^70 ways', async () => {
    writeFile(join(folder, 'train', 'ash', 'x'), `${'<!---->'.repeat(70)}<svg`)
    expect(await complaint()).toContain('is an image of a kind that cannot be read (SVG)')
    writeFile(join(folder, 'train', 'ash', 'x'), '<!---->'.repeat(73))
    await load()
  })

  test('has a name that is not UTF-8', async () => {
    for (const [place, shown] of [
      ['train/ash/', 'train/ash'],
      ['test/', 'test'],
    ]) {
      const path = Buffer.concat([Buffer.from(join(folder, place!, 'caf')), Buffer.from('e92e706e67', 'hex')])
      writeFileSync(path, await smallPng(1))
      expect(await complaint()).toBe(
        `INVALID_FILE: ${shown} holds the name "caf\\xe9.png", which is not UTF-8; rename it, for example with convmv`,
      )
      rmSync(path)
    }
  })

  test('has an image of another size', async () => {
    writeFile(
      join(folder, 'train', 'ash', 'x.png'),
      await image(noise(5, 5, 3), 5, 5, 3)
        .png()
        .toBuffer(),
    )
    expect(await complaint()).toBe('INVALID_FILE: train/ash/x.png: found an image of 5 × 5 pixels; expected 5 × 4')
    expect(existsSync(join(folder, 'data', 'decoded', 'x'))).toBe(false)
  })

  test('leads in a circle, or nowhere', async () => {
    symlinkSync('..', join(folder, 'train', 'ash', 'up'))
    expect(await complaint()).toMatch(
      /^INVALID_FILE: train\/ash\/up\/(ash|birch).* is a symbolic link to a folder that contains it|^INVALID_FILE: train\/ash\/up.* is a symbolic link/,
    )
    rmSync(join(folder, 'train', 'ash', 'up'))
    symlinkSync('.', join(folder, 'train', 'ash', 'self'))
    expect(await complaint()).toBe(
      'INVALID_FILE: train/ash/self is a symbolic link to a folder that contains it; remove the link',
    )
    rmSync(join(folder, 'train', 'ash', 'self'))
    symlinkSync('loop.png', join(folder, 'train', 'ash', 'loop.png'))
    expect(await complaint()).toContain(
      'INVALID_FILE: train/ash/loop.png cannot be read: its symbolic links lead in a circle',
    )
    rmSync(join(folder, 'train', 'ash', 'loop.png'))
    symlinkSync('nowhere.png', join(folder, 'train', 'ash', 'gone.png'))
    expect(await complaint()).toContain(
      'INVALID_FILE: train/ash/gone.png cannot be read: it does not exist, or is a link to what does not',
    )
  })

  test('may not be read', async ({ skip }) => {
    if (process.getuid?.() === 0) return skip('root may read everything')
    chmodSync(join(folder, 'train', 'ash'), 0)
    expect(await complaint()).toContain('READ_FAILED: train/ash could not be read: permission denied')
    chmodSync(join(folder, 'train', 'ash'), 0o700)
  })

  test('shows nothing', async () => {
    for (const [split, name] of [
      ['train', 'ash/b.png'],
      ['train', 'ash/c.PNG'],
      ['train', 'birch/a.png'],
      ['train', 'birch/deeper/a.png'],
    ] as const) {
      writeFile(join(folder, split, name), await image(Buffer.alloc(60, 7), 4, 5, 3).png().toBuffer())
    }
    expect(await complaint()).toBe(
      'INVALID_FILE: data of type imageFolder: all training pixels are 7; expected images with different pixels',
    )
  })
})

describe('a data folder that cannot hold decoded images', () => {
  test('because it is full', async ({ skip }) => {
    const disk = smallDisk()
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    process.env['LAYER_ROTATION_DATA'] = join(disk, 'data')
    fillDisk(disk)
    expect(await failure(load)).toMatch(/^WRITE_FAILED: .*(disk is full|but only 0\.0 MB are free)/)
  })

  test('because it is read-only', async ({ skip }) => {
    const disk = smallDisk('size=1m,ro')
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    process.env['LAYER_ROTATION_DATA'] = join(disk, 'data')
    expect(await failure(load)).toBe(
      `WRITE_FAILED: ${disk}/data/decoded could not be written: the file system is read-only; choose another folder`,
    )
  })
})

test('a pipe among the images is not waited for', async () => {
  execFileSync('mkfifo', [join(folder, 'train', 'ash', 'a.png')])
  expect(await failure(load)).toBe(
    `INVALID_FILE: ${folder}/train/ash/a.png is not a regular file; expected an image file`,
  )
})
