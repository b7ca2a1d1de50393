import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { getSet, type GetOptions } from '../../src/data/catalog/get/get-set.js'
import type { DataProgress } from '../../src/data/progress.js'
import { publishedSets, type PublishedSet } from '../../src/data/catalog/published-sets.js'
import { failure } from '../support/failure.js'
import { fillDisk, smallDisk } from '../support/small-disk.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { cutOff, file, serve, serveText, stalling, status, type Answer } from './file-server.js'

/** 300,000 bytes without a pattern. */
const bytes = Buffer.concat(Array.from({ length: 9375 }, (_, i) => createHash('sha256').update(String(i)).digest()))
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const quick = { stallSeconds: 20, leastBytes: 1000, retrySeconds: [0, 0, 0] }
/** The time limit for servers that stall; on a machine under load others may take as long. */
let stallSeconds: number

/** A data set of one file of these bytes. */
function setOf(url: string, content = bytes): PublishedSet {
  const published = {
    name: 'file.gz',
    url,
    bytes: content.length,
    checksum: { algorithm: 'sha256', digest: sha256(content) },
  } as const
  return { ...publishedSets['fashion-mnist'], files: [published] }
}

let folder: string
let file1: string
let notes: string[]
let progress: DataProgress[]

beforeEach(() => {
  folder = temporaryFolder()
  file1 = join(folder, 'fashion-mnist', 'file.gz')
  notes = []
  progress = []
  stallSeconds = quick.stallSeconds
})

function options(more: GetOptions = {}): GetOptions {
  return {
    patience: { ...quick, stallSeconds },
    onNote: (note) => notes.push(note),
    onProgress: (p) => progress.push(p),
    ...more,
  }
}

/** Gets the file from a server that answers so. */
async function get(...answers: Answer[]): Promise<string[]> {
  const { url, ranges } = await serve(...answers)
  await getSet(setOf(`${url}/file.gz`), folder, options())
  return ranges
}

function expectWhole(): void {
  expect(readdirSync(join(folder, 'fashion-mnist'))).toEqual(['file.gz'])
  expect(readFileSync(file1).equals(bytes)).toBe(true)
  expect(readdirSync(folder)).toEqual(['fashion-mnist'])
}

describe('a download', () => {
  test('comes whole, with its progress, and then is there', async () => {
    expect(await get(file(bytes))).toEqual([''])
    expectWhole()
    const downloading = progress.filter(({ step }) => step === 'downloading')
    expect(downloading.at(-1)).toEqual({
      step: 'downloading',
      subject: 'file.gz',
      done: 300_000,
      total: 300_000,
      unit: 'bytes',
    })
    expect(downloading.map(({ done }) => done)).toEqual(downloading.map(({ done }) => done).sort((a, b) => a - b))
    expect(await get(status(500))).toEqual([])
  })

  test('may be redirected', async () => {
    const { url } = await serve(file(bytes))
    expect(await get(status(302, { location: `${url}/elsewhere` }))).toEqual([''])
    expectWhole()
  })

  test('of a mirror has its address before the name of the file', async () => {
    const asked: (string | undefined)[] = []
    const { url } = await serve((request, response) => {
      asked.push(request.url)
      file(bytes)(request, response)
    })
    await getSet(setOf('http://127.0.0.1:1/nobody-is-there'), folder, options({ from: `${url}/a/mirror` }))
    expect(asked).toEqual(['/a/mirror/file.gz'])
    expectWhole()
  })

  test('continues at the byte where the connection was cut off', async () => {
    expect(await get(cutOff(bytes, 100_000))).toEqual(['', 'bytes=100000-', 'bytes=200000-'])
    expectWhole()
    expect(notes[0]).toMatch(/^http:.*file\.gz: .*; trying again in 0 s$/)
  })

  test('begins again after a cut if the server does not continue, or gives nothing to continue by', async () => {
    const weak = { etag: null }
    expect(await get(cutOff(bytes, 100_000, weak), file(bytes, weak))).toEqual(['', ''])
    expectWhole()
  })

  test('begins again if the server ignores the range', async () => {
    const ignoring: Answer = (_, response) =>
      void response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    expect(await get(cutOff(bytes, 100_000), ignoring)).toEqual(['', 'bytes=100000-'])
    expectWhole()
  })

  test('begins again if the file has changed', async () => {
    const old = Buffer.alloc(bytes.length, 1)
    expect(await get(cutOff(old, 100_000, { etag: '"old"' }), file(bytes))).toEqual(['', 'bytes=100000-'])
    expectWhole()
  })

  test.each([
    ['continues at another byte', status(206, { 'content-range': `bytes 5-299999/300000` }, 'x')],
    ['does not say where it continues', status(206, {}, 'x')],
    ['has nothing left to send', status(416)],
  ])('begins again if the server %s', async (_, answer) => {
    expect(await get(cutOff(bytes, 100_000), answer, file(bytes))).toEqual(['', 'bytes=100000-', ''])
    expectWhole()
  })

  test('is tried again when the server is busy', async () => {
    expect(await get(status(503), status(429), file(bytes))).toHaveLength(3)
    expectWhole()
  })

  test('is tried again when nothing comes any more', async () => {
    stallSeconds = 0.5
    expect(await get(stalling(bytes, 100_000), file(bytes))).toEqual(['', 'bytes=100000-'])
    expectWhole()
    expect(notes[0]).toContain('nothing arrived for 0.5 s')
  })

  test('is tried again when no answer comes', async () => {
    stallSeconds = 0.5
    expect(await get(() => undefined, file(bytes))).toHaveLength(2)
    expectWhole()
  })
})

test('an archive that cannot be read is named', async () => {
  mkdirSync(file1, { recursive: true })
  expect(await failure(() => getSet(setOf('http://a.test/file.gz'), folder, options()))).toBe(
    `INVALID_FILE: ${file1} cannot be read: it is not a regular file`,
  )
})

describe('an interrupted download', () => {
  async function interrupt(): Promise<void> {
    const { url } = await serve(cutOff(bytes, 200_000), status(404))
    const controller = new AbortController()
    const stopMidway = (p: DataProgress) => void (p.done >= 150_000 && controller.abort())
    const message = await failure(() =>
      getSet(
        setOf('http://a.test/file.gz'),
        folder,
        options({ from: url, signal: controller.signal, onProgress: stopMidway }),
      ),
    )
    expect(message).toBe(`INTERRUPTED: stopped while downloading ${url}/file.gz`)
    expect(existsSync(file1)).toBe(false)
    expect(existsSync(join(folder, 'fashion-mnist.lock'))).toBe(false)
  }

  test('is continued by the next process', async () => {
    const { url, ranges } = await serve(file(bytes))
    const controller = new AbortController()
    const stop = (p: DataProgress) => void (p.step === 'downloading' && controller.abort())
    const from = setOf(`${url}/file.gz`)
    expect(
      await failure(() => getSet(from, folder, options({ signal: controller.signal, onProgress: stop }))),
    ).toContain('INTERRUPTED: stopped while downloading')
    expect(existsSync(file1)).toBe(false)
    await getSet(from, folder, options())
    expect(ranges[0]).toBe('')
    expect(Number(/^bytes=(\d+)-$/.exec(ranges[1]!)![1])).toBeGreaterThan(0)
    expectWhole()
  })

  test('is not continued from another address', async () => {
    await interrupt()
    expect(await get(file(bytes))).toEqual([''])
    expectWhole()
  })

  test('that left other bytes is begun again', async () => {
    const { url, ranges } = await serve(file(bytes))
    mkdirSync(join(folder, 'fashion-mnist'))
    writeFileSync(`${file1}.part`, Buffer.alloc(1000))
    writeFileSync(`${file1}.part.json`, JSON.stringify({ url: `${url}/file.gz`, validator: '"v1"' }))
    await getSet(setOf(`${url}/file.gz`), folder, options())
    expect(ranges).toEqual(['bytes=1000-', ''])
    expect(notes.at(-1)).toContain(
      'the part that an earlier attempt left has a wrong checksum; downloading the whole file',
    )
    expectWhole()
  })

  test.each(['', '{', '[]', '{"url":1}', '{"url":"URL","validator":7}', '{"url":"URL","validator":"\\n"}'])(
    'whose note %s is broken is begun again',
    async (note) => {
      const { url, ranges } = await serve(file(bytes))
      mkdirSync(join(folder, 'fashion-mnist'))
      writeFileSync(`${file1}.part`, Buffer.alloc(1000))
      writeFileSync(`${file1}.part.json`, note.replace('URL', `${url}/file.gz`))
      await getSet(setOf(`${url}/file.gz`), folder, options())
      expect(ranges).toEqual([''])
      expectWhole()
    },
  )

  test('is waited for by a second process', async () => {
    const { url, ranges } = await serve(file(bytes))
    await Promise.all([
      getSet(setOf(`${url}/file.gz`), folder, options()),
      getSet(setOf(`${url}/file.gz`), folder, options()),
    ])
    expect(ranges).toEqual([''])
    expect(notes).toEqual([expect.stringMatching(/^waiting for process \d+ on .*, which holds .*fashion-mnist\.lock$/)])
    expectWhole()
  })

  test('is not waited for longer than the user wants', async () => {
    const { url } = await serve(() => undefined)
    const first = new AbortController()
    const downloading = failure(() =>
      getSet(
        setOf(`${url}/file.gz`),
        folder,
        options({ signal: first.signal, patience: { stallSeconds: 60, leastBytes: 1, retrySeconds: [] } }),
      ),
    )
    await expect.poll(() => existsSync(join(folder, 'fashion-mnist.lock'))).toBe(true)
    const waiting = await failure(() =>
      getSet(setOf(`${url}/file.gz`), folder, options({ signal: AbortSignal.timeout(100) })),
    )
    expect(waiting).toBe(`INTERRUPTED: stopped while waiting for ${folder}/fashion-mnist.lock`)
    first.abort()
    expect(await downloading).toContain('INTERRUPTED: stopped while downloading')
  })
})

describe('a server that cannot be used', () => {
  /** Returns the error for it, without the address and the ways out. */
  async function complaint(...answers: Answer[]): Promise<string> {
    const { url } = await serve(...answers)
    const message = await failure(() => getSet(setOf(`${url}/file.gz`), folder, options()))
    const [before, after] = [
      `DOWNLOAD_FAILED: Fashion-MNIST could not be downloaded: ${url}/file.gz: `,
      `; put file.gz, from any source, into ${folder}/fashion-mnist and run the same command again, or name a mirror with --from`,
    ]
    expect(message.startsWith(before) && message.endsWith(after)).toBe(true)
    expect(existsSync(file1)).toBe(false)
    return message.slice(before.length, -after.length)
  }

  test('has no such file', async () => {
    const answers: Answer[] = [status(404)]
    expect(await complaint(...answers)).toBe('HTTP 404 Not Found')
    expect(notes).toEqual([])
  })

  test('sends a web page', async () => {
    const page = '<html>Log in to this network</html>'
    expect(
      await complaint(status(200, { 'content-type': 'text/html', 'content-length': String(page.length) }, page)),
    ).toBe('the server offers 35 bytes, a web page; expected 300000')
    expect(await complaint(status(200, { 'content-type': 'text/html' }, page))).toContain(
      'the connection ended after 35 of 300000 bytes; given up after',
    )
  })

  test('sends other bytes, which do not stay', async () => {
    expect(await complaint(file(Buffer.alloc(bytes.length, 7)))).toBe(
      `the server sends bytes that differ from the published file (expected sha256 ${sha256(bytes)})`,
    )
    expect(readdirSync(join(folder, 'fashion-mnist'))).toEqual([])
  })

  test('offers fewer or more bytes', async () => {
    expect(await complaint(file(bytes.subarray(0, 299_999)))).toBe('the server offers 299999 bytes; expected 300000')
    expect(await complaint(file(Buffer.concat([bytes, bytes])))).toBe('the server offers 600000 bytes; expected 300000')
  })

  test('sends more bytes than it offers, or without end', async () => {
    const endless: Answer = (_, response) => {
      const send = () => {
        while (!response.destroyed && response.write(bytes));
      }
      response.on('drain', send)
      send()
    }
    expect(await complaint(endless)).toBe('the server sends more than 300000 bytes')
  })

  test('sends fewer bytes than it offers, again and again', async () => {
    const short: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 1000), () => response.destroy())
    }
    expect(await complaint(short)).toMatch(/; given up after 4 attempts$/)
    expect(notes).toHaveLength(3)
  })

  test('counts further attempts only while it gets no further', async () => {
    // On a busy machine a cut also loses bytes that were sent before it, which takes further attempts.
    expect((await get(cutOff(bytes, 30_000))).length).toBeGreaterThanOrEqual(10)
    expectWhole()
  })

  test('sends the file a few bytes at a time, and no further however often it is asked', async () => {
    stallSeconds = 0.3
    let at = 0
    const slow: Answer = ({ headers }, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
      at = Math.max(at, from)
      response.setHeader('etag', '"v1"')
      if (from > 0) response.setHeader('content-range', `bytes ${from}-299999/300000`)
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
      let next = from
      const timer = setInterval(() => response.write(bytes.subarray(next, ++next)), 50)
      response.on('close', () => clearInterval(timer))
    }
    expect(await complaint(slow)).toMatch(/^no more than \d bytes arrived for 0\.3 s; given up after 4 attempts$/)
    expect(at).toBeGreaterThan(0) // each attempt continued where the one before it had ended
  })

  test('sends the file in encodings', async () => {
    // Six of them ended the process: fetch refused them where nothing could catch it.
    for (const encoding of ['gzip', 'br', Array(6).fill('gzip').join(', '), 'x'.repeat(5000)]) {
      const answer = status(200, { 'content-encoding': encoding }, 'x'.repeat(1000))
      const shown = JSON.stringify(encoding.slice(0, 100))
      expect(await complaint(answer)).toBe(
        `the server sends the file in the encoding ${shown}; expected the file as it is`,
      )
    }
  })

  test('has an error that nobody reads', async () => {
    const endless: Answer = (_, response) => {
      response.writeHead(404)
      const send = () => {
        while (!response.destroyed && response.write(bytes));
      }
      response.on('drain', send)
      send()
    }
    expect(await complaint(endless)).toBe('HTTP 404 Not Found')
    const broken: Answer = (_, response) => {
      response.writeHead(404, { 'content-length': 1000 })
      response.write('x', () => response.destroy())
    }
    expect(await complaint(broken)).toBe('HTTP 404 Not Found')
  })

  test('redirects to what is not a web address', async () => {
    for (const location of ['file:///etc/passwd', 'ftp://mirror.lan/file.gz', 'http://[', 'data:,x']) {
      expect(await complaint(status(302, { location }))).toBe(
        `the server redirects to ${JSON.stringify(location)}, which is not a web address`,
      )
    }
  })

  test.each([
    '',
    'hello',
    'PRI * HTTP/2.0\r\n\r\n',
    'HTTP/1.1 000 X\r\n\r\n',
    'HTTP/1.1 999 X\r\n\r\n',
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nx',
    'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000),
    `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`,
    'HTTP/1.1 200 OK\r\nx\0y: z\r\n\r\n',
    ...['abc', '-5', '9'.repeat(30), '5\r\ncontent-length: 6', '300000\r\ntransfer-encoding: chunked'].map(
      (length) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n5\r\nabcde\r\n0\r\n\r\n`,
    ),
    ...['zz\r\nabc', `${'f'.repeat(20)}\r\nabc`, '3\r\nabc\r\n0\r\nx: y\r\n\r\n'].map(
      (chunk) => `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`,
    ),
    'HTTP/1.1 206 Partial\r\ncontent-range: bytes 0-9/10\r\ncontent-length: 10\r\n\r\n0123456789',
    ...['', '//', '\x01\xff', 'http://127.0.0.1:99999/', 'http://127.0.0.1:0/'].map(
      (location) => `HTTP/1.1 302 Found\r\nlocation: ${location}\r\n\r\n`,
    ),
  ])('breaks the rules of HTTP: %j', async (text) => {
    const url = await serveText(text)
    const message = await failure(() => getSet(setOf(`${url}/file.gz`), folder, options()))
    expect(message).toMatch(/^DOWNLOAD_FAILED: Fashion-MNIST could not be downloaded: .+; put file\.gz, .+$/)
  })

  test('never answers', async () => {
    stallSeconds = 0.3
    expect(await complaint(() => undefined)).toBe('nothing arrived for 0.3 s; given up after 4 attempts')
  })

  test('redirects in a circle', async () => {
    const circle: Answer = ({ url }, response) => void response.writeHead(302, { location: url! }).end()
    expect(await complaint(circle)).toBe('the server redirects more than 10 times')
  })

  test('is not there, or speaks no HTTP', async () => {
    const message = await failure(() => getSet(setOf('http://127.0.0.1:1/file.gz'), folder, options()))
    expect(message).toMatch(/127\.0\.0\.1:1\/file\.gz: .*; given up after 4 attempts; put file\.gz, /)
    const other = createServer((socket) => socket.end('SSH-2.0\r\n'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    expect(await failure(() => getSet(setOf(`http://127.0.0.1:${port}/file.gz`), folder, options()))).toContain(
      'given up after 4',
    )
    other.close()
  })

  test('has no address', async () => {
    for (const from of ['mirror.lan', 'ftp://mirror.lan', 'file:///etc', '']) {
      expect(await failure(() => getSet(setOf('http://127.0.0.1:1/x'), folder, options({ from })))).toBe(
        `INVALID_CONFIG: --from is ${JSON.stringify(from)}; expected an address such as https://mirror.example/data`,
      )
    }
  })
})

describe('a file that a server calls encoded by gzip because it is a .gz', () => {
  test('is taken as it is', async () => {
    const { url } = await serve((request, response) => {
      response.setHeader('content-encoding', 'x-gzip')
      file(bytes)(request, response)
    })
    await getSet(setOf(`${url}/file.gz`), folder, options())
    expectWhole()
  })
})

describe('a proxy', () => {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()])
  const before = new Map(names.map((name) => [name, process.env[name]]))

  beforeEach(() => names.forEach((name) => delete process.env[name]))
  afterEach(() =>
    before.forEach((value, name) => {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }),
  )

  /** The proxy gives the file for any address. @returns its address and what it was asked */
  async function proxy(): Promise<{ address: string; asked: string[] }> {
    const asked: string[] = []
    const { url } = await serve((request, response) => {
      asked.push(`${request.method} ${request.url} for ${request.headers['proxy-authorization'] ?? 'anybody'}`)
      file(bytes)(request, response)
    })
    return { address: url.replace('http://', ''), asked }
  }

  test.each(['http_proxy', 'HTTP_PROXY', 'all_proxy'])('is used that %s names', async (name) => {
    const { address, asked } = await proxy()
    process.env[name] = address // without http://, as curl allows
    await getSet(setOf('http://nowhere.invalid/file.gz'), folder, options())
    expect(asked).toEqual(['GET http://nowhere.invalid/file.gz for anybody'])
    expectWhole()
  })

  test('gets its user and password', async () => {
    const { address, asked } = await proxy()
    process.env['http_proxy'] = `http://user:p%40ss@${address}`
    await getSet(setOf('http://nowhere.invalid/file.gz'), folder, options())
    expect(asked).toEqual([
      `GET http://nowhere.invalid/file.gz for Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    ])
  })

  test('is not used for the hosts of NO_PROXY, nor if its variable is empty', async () => {
    const { address, asked } = await proxy()
    process.env['http_proxy'] = address
    process.env['NO_PROXY'] = 'localhost, 127.0.0.1'
    await get(file(bytes))
    process.env['http_proxy'] = ''
    process.env['HTTP_PROXY'] = address
    delete process.env['NO_PROXY']
    folder = temporaryFolder()
    await get(file(bytes))
    expect(asked).toEqual([])
  })

  test('opens a tunnel to https://, and its refusal names the variable', async () => {
    const asked: (string | undefined)[] = []
    const server = createHttpServer().on('connect', (request, socket) => {
      asked.push(request.url)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const message = await failure(() => getSet(setOf('https://nowhere.invalid/file.gz'), folder, options()))
    expect(message).toMatch(/403.* \(the environment variable HTTPS_PROXY names a proxy\); given up after 4 attempts/)
    expect(asked).toEqual(Array(4).fill('nowhere.invalid:443'))
    server.close()
  })

  test('that is not one is refused without its password', async () => {
    for (const address of ['http://', 'ftp://user:secret@proxy.lan', 'http://user:secret@:x']) {
      process.env['HTTPS_PROXY'] = address
      expect(await failure(() => getSet(setOf('http://127.0.0.1:1/file.gz'), folder, options()))).toBe(
        'INVALID_CONFIG: the environment variable HTTPS_PROXY does not name a proxy; expected an address such as http://proxy.example:3128, or nothing',
      )
    }
  })
})

describe('a file already in the data folder', () => {
  test('is taken where its checksum is right, and complained about where it is not', async () => {
    mkdirSync(join(folder, 'fashion-mnist'))
    writeFileSync(file1, bytes)
    expect(await get(status(500))).toEqual([])
    writeFileSync(file1, bytes.subarray(1))
    expect(await failure(() => get(file(bytes)))).toBe(
      `INVALID_FILE: ${file1} is not the file that was published (expected sha256 ${sha256(bytes)}); delete it and run the same command again to download it`,
    )
    writeFileSync(file1, Buffer.concat([bytes, bytes]))
    expect(await failure(() => get(file(bytes)))).toContain('is not the file that was published')
  })
})

describe('a disk', () => {
  test('without the space is named before anything is asked for', async ({ skip }) => {
    const disk = smallDisk('size=200k')
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    const { url, ranges } = await serve(file(bytes))
    expect(await failure(() => getSet(setOf(`${url}/file.gz`), join(disk, 'data'), options()))).toBe(
      `WRITE_FAILED: Fashion-MNIST needs 0.3 MB in ${disk}/data/fashion-mnist, but only 0.2 MB are free; free some space, or set LAYER_ROTATION_DATA to a folder on a larger disk`,
    )
    expect(ranges).toEqual([])
  })

  test('that fills up midway is named; with space, the download continues', async ({ skip }) => {
    const disk = smallDisk()
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    const { url, ranges } = await serve(file(bytes))
    let filler: string | undefined
    const onProgress = () => (filler ??= fillDisk(disk))
    const set = setOf(`${url}/file.gz`)
    expect(await failure(() => getSet(set, disk, { patience: quick, onProgress }))).toBe(
      `WRITE_FAILED: ${disk}/fashion-mnist/file.gz.part could not be written: the disk is full; free some space or choose another folder`,
    )
    writeFileSync(filler!, '')
    await getSet(set, disk, options())
    expect(ranges).toHaveLength(2)
    expect(readFileSync(join(disk, 'fashion-mnist', 'file.gz')).equals(bytes)).toBe(true)
  })

  test('that is read-only is named', async ({ skip }) => {
    const disk = smallDisk('size=1m,ro')
    if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
    expect(await failure(() => getSet(setOf('http://127.0.0.1:1/x'), join(disk, 'data'), options()))).toBe(
      `WRITE_FAILED: ${disk}/data could not be written: the file system is read-only; choose another folder`,
    )
  })

  test('on which the data folder is a file is named', async () => {
    writeFileSync(join(folder, 'data'), '')
    expect(await failure(() => getSet(setOf('http://127.0.0.1:1/x'), join(folder, 'data'), options()))).toContain(
      `WRITE_FAILED: ${folder}/data could not be written`,
    )
  })
})
