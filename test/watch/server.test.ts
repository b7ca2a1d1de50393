import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { experiment } from '../../src/experiment/experiment.js'
import { rotationLine } from '../../src/rotation/rotation-table.js'
import { metricsLine, parseMetrics } from '../../src/run/metrics-csv.js'
import { train } from '../../src/train/train.js'
import type { TablePart } from '../../src/watch/protocol.js'
import { watch, type WatchOptions } from '../../src/watch/watch.js'
import { recordedStudy } from '../study/recorded-study.js'
import { contentsOf } from '../support/contents-of.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { ask, listen, partOf, rowsOf, runsOf } from './events.js'

/** A study of two rates and one point to come, beside a copy of one of its runs. */
async function runs(): Promise<{ root: string; study: string; single: string }> {
  const root = temporaryFolder()
  const study = join(root, 'rates')
  mkdirSync(study)
  const axes = { 'learningRate.initial': [3 ** -2, 3 ** -3, 3 ** -4] }
  await recordedStudy(
    { name: 'rates', base: smallExperiment, axes },
    (_, i) => (i < 2 ? { testAccuracy: 0.8, rotation: 0.4 + i / 10 } : undefined),
    study,
  )
  const [first] = (await watched({ folders: [study] }).then(({ url }) => runsOf(url))).runs
  const single = join(root, 'small', 'one')
  cpSync(join(root, first!.place), single, { recursive: true })
  return { root, study, single }
}

/** A server that ends with the test. */
async function watched(options: WatchOptions) {
  const server = await watch(options)
  onTestFinished(() => server.close())
  return server
}

const soon = { timeout: 15_000, interval: 100 }

test('runs and studies are listed with their states and last numbers', async () => {
  const { root } = await runs()
  const { url } = await watched({ folders: [root] })
  const { runs: found, studies, problems, isIncomplete } = await runsOf(url)
  expect({ problems, isIncomplete }).toEqual({ problems: [], isIncomplete: false })
  expect(studies).toMatchObject([{ name: 'rates', points: 3 }])
  const name = root.split('/').at(-1)!
  expect(found.map(({ place }) => place.startsWith(`${name}/`))).toEqual([true, true, true])
  const inStudy = found.filter(({ study }) => study === studies[0]!.id)
  expect(inStudy.map(({ label }) => label).sort()).toEqual(['learning rate 3⁻²', 'learning rate 3⁻³'])
  expect(found.find(({ study }) => study === null)).toMatchObject({
    name: 'rates',
    label: 'one',
    state: 'finished',
    epoch: 3,
    epochs: 3,
    testAccuracy: 0.8,
    about: ['Layca on SGD, no momentum', '3⁻³, times 0.2 after 2 epochs', expect.any(String), expect.any(String)],
  })
  const rotations = inStudy.map(({ rotation }) => rotation!).sort((a, b) => a - b)
  // Two layers, the second of which turns two thirds as far.
  expect(rotations[0]).toBeCloseTo((0.4 + 0.4 / 1.5) / 2, 12)
  expect(rotations[1]).toBeCloseTo((0.5 + 0.5 / 1.5) / 2, 12)
})

test('the tables of a run are those of its files', async () => {
  const { root, single } = await runs()
  const { url } = await watched({ folders: [root] })
  const { id } = (await runsOf(url)).runs.find(({ label }) => label === 'one')!
  const rotation = await partOf(url, id, 'rotation')
  expect(rotation).toMatchObject({
    layers: ['dense0', 'dense1'],
    quantities: ['rotation'],
    unit: 'epoch',
    problem: null,
  })
  const lines = readFileSync(join(single, 'rotation.csv'), 'utf8').trimEnd().split('\n').slice(1)
  expect(rowsOf(rotation)).toEqual(lines.map((line) => line.split(',').map((cell) => Math.fround(Number(cell)))))
  const metrics = await partOf(url, id, 'metrics')
  expect(metrics.quantities).toContain('test_accuracy')
  expect(rowsOf(metrics).map((row) => row[metrics.quantities.indexOf('epoch')])).toEqual([1, 2, 3])
  expect(rowsOf(metrics).at(-1)![metrics.quantities.indexOf('test_accuracy')]).toBeCloseTo(0.8, 6)
  // This run recorded no layers.csv.
  expect(await partOf(url, id, 'layers')).toMatchObject({ data: '', problem: null })
})

test('a run that goes on is told, only its new rows are sent, and a resumed one is sent anew', async () => {
  const { single } = await runs()
  const { url } = await watched({ folders: [single] })
  const { events, list } = listen(url)
  await expect.poll(() => list()?.runs.length, soon).toBe(1)
  const { id, revision } = list()!.runs[0]!
  const before = await partOf(url, id, 'rotation')
  expect(rowsOf(before)).toHaveLength(4)

  const file = join(single, 'rotation.csv')
  const length = readFileSync(file).length
  appendFileSync(file, rotationLine(4, [0.6, 0.5]) + '5,0.7')
  await expect.poll(() => events.findLast(({ name }) => name === 'run')?.data, soon).toMatchObject({ rotation: 0.55 })
  expect(events.findLast(({ name }) => name === 'run')!.data).not.toMatchObject({ revision })
  const after = await partOf(url, id, 'rotation', before)
  expect(after).toMatchObject({ from: 4, reading: before.reading, kept: 5 })
  expect(rowsOf(after)).toEqual([[4, 0.6, 0.5].map(Math.fround)])

  truncateSync(file, length)
  const again = await partOf(url, id, 'rotation', after)
  expect(again.from).toBe(0)
  expect(again.reading).toBeGreaterThan(before.reading)
  expect(rowsOf(again)).toEqual(rowsOf(before))
})

test('a page that follows a training has every cell of metrics.csv: row 0, averages, columns of a program', async () => {
  const folder = join(temporaryFolder(), 'run')
  const config = experiment({
    ...smallExperiment,
    epochs: 4,
    evaluation: { initial: true, every: 2 },
    averaging: { type: 'ema', decay: 0.9 },
  })
  let url = ''
  let table: TablePart | undefined
  let rows: number[][] = []
  const follow = async () => {
    url ||= (await watched({ folders: [folder] })).url
    const [run] = (await runsOf(url)).runs
    const part = await partOf(url, run!.id, 'metrics', table)
    rows = [...(part.reading === table?.reading ? rows.slice(0, part.from) : []), ...rowsOf(part)]
    table = part
  }
  await train(config, {
    folder,
    onEpochEnd: async ({ epoch }) => {
      await follow()
      // A column may have the name of a number in a program, and come after others.
      return { trainLoss: epoch, ...(epoch > 2 && { L1_norm: epoch / 3 }) }
    },
  })
  await follow()
  const [header, ...lines] = readFileSync(join(folder, 'metrics.csv'), 'utf8').trimEnd().split('\n')
  const columns = header!.split(',')
  expect(columns.slice(-3)).toEqual(['average_test_accuracy', 'trainLoss', 'L1_norm'])
  expect(table!.quantities).toEqual(columns)
  const cells = lines.map((line) => line.split(',').map((cell) => (cell === '' ? NaN : Math.fround(Number(cell)))))
  expect(cells.map(([epoch]) => epoch)).toEqual([0, 1, 2, 3, 4])
  expect(rows).toEqual(cells)
})

test('a training in PyTorch is shown by the steps that it measured', async () => {
  const folder = join(temporaryFolder(), 'torch')
  mkdirSync(folder)
  const header = 'step,layer,rotation,angle,norm\n'
  const step = (number: number) => `${number},a,${number / 100},0.1,2\n${number},b,${number / 50},0.2,3\n`
  const files = {
    'run.json': JSON.stringify({
      ...{ source: 'pytorch', format: 1, layers: ['a', 'b'], every: 10, device: 'cpu', threads: 2, torch: '2.13.0' },
      ...{ python: '3.12', platform: 'linux', layerRotation: '0.1.0', startedAt: '2026-11-23T05:22:33.000Z' },
    }),
    'status.json': JSON.stringify({
      ...{ status: 'finished', epoch: 0, startedAt: '2026-11-23T05:22:33.000Z', host: 'host', pid: 1 },
    }),
    // The last step is half written.
    'layers.csv': `${header}${step(10)}${step(20)}30,a,0.3,0.1,2\n`,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const { url } = await watched({ folders: [folder] })
  const [run] = (await runsOf(url)).runs
  expect(run).toMatchObject({ name: 'torch', state: 'finished', epoch: null, epochs: null, testAccuracy: null })
  expect(run!.rotation).toBeCloseTo(0.3, 6)
  const rotation = await partOf(url, run!.id, 'rotation')
  expect(rotation).toMatchObject({ layers: ['a', 'b'], unit: 'step' })
  expect(rowsOf(rotation)).toEqual([[0, 0, 0], [10, 0.1, 0.2].map(Math.fround), [20, 0.2, 0.4].map(Math.fround)])
  appendFileSync(join(folder, 'layers.csv'), '30,b,0.6,0.2,3\n')
  expect(rowsOf(await partOf(url, run!.id, 'rotation', rotation))).toEqual([[30, 0.3, 0.6].map(Math.fround)])
  const layers = await partOf(url, run!.id, 'layers')
  expect(layers.quantities).toEqual(['angle', 'norm'])
  expect(rowsOf(layers).at(-1)).toEqual([30, 0.1, 0.2, 2, 3].map(Math.fround))
})

test('runs that come and go are told to every page, and one that cannot be read says why', async () => {
  const { root, single } = await runs()
  const { url } = await watched({ folders: [root] })
  const pages = [listen(url), listen(url)]
  for (const { list } of pages) await expect.poll(() => list()?.runs.length, soon).toBe(3)
  cpSync(single, join(root, 'small', 'two'), { recursive: true })
  for (const { list } of pages) await expect.poll(() => list()?.runs.length, soon).toBe(4)
  rmSync(join(root, 'small'), { recursive: true })
  for (const { list } of pages) await expect.poll(() => list()?.runs.length, soon).toBe(2)
  const [left] = pages[0]!.list()!.runs
  writeFileSync(join(root, '..', left!.place, 'config.json'), '{')
  const change = () => pages[0]!.events.findLast(({ name }) => name === 'run')?.data
  writeFileSync(join(root, '..', left!.place, 'status.json'), '{')
  await expect.poll(change, soon).toMatchObject({ id: left!.id, state: 'unreadable' })
  expect(change()).toHaveProperty('reason', expect.stringContaining('config.json'))
})

test('a broken table is a message, and everything else is shown', async () => {
  const { single } = await runs()
  const file = join(single, 'metrics.csv')
  const [row] = parseMetrics(readFileSync(file, 'utf8'), file)
  appendFileSync(file, metricsLine({ ...row!, epoch: 4 }) + 'nonsense\n')
  const { url } = await watched({ folders: [single] })
  const { runs: found } = await runsOf(url)
  expect(found).toMatchObject([
    { state: 'finished', testAccuracy: null, warnings: [`${file} is damaged, or cannot be read now`] },
  ])
  const part = await partOf(url, found[0]!.id, 'metrics')
  expect(part.problem).toContain(`${file}:6: found 1 cells`)
  expect(rowsOf(await partOf(url, found[0]!.id, 'rotation'))).toHaveLength(4)
})

test('nothing is answered but GET of known addresses, by the name of this server', async () => {
  const { single } = await runs()
  const { url } = await watched({ folders: [single] })
  const { port } = new URL(url)
  for (const Host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example']) {
    for (const path of ['', 'api/runs', 'events']) {
      expect(await ask(url + path, { headers: { Host } })).toMatchObject({ status: 403 })
    }
  }
  expect(await ask(url, { headers: { Host: `localhost:${port}` } })).toMatchObject({ status: 200 })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
    expect(await ask(`${url}api/runs`, { method })).toMatchObject({ status: 405, headers: { allow: 'GET' } })
  }
  const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }
  expect(await ask(`${url}api/runs`, { headers: foreign })).toMatchObject({ status: 403 })
  const { id } = (await runsOf(url)).runs[0]!
  for (const path of [
    '../package.json',
    '%2e%2e/%2e%2e/etc/passwd',
    'api',
    'api/runs/',
    'index.html',
    '//evil.example/',
  ]) {
    expect(await ask(url + path)).toMatchObject({ status: 404 })
  }
  for (const wrong of ['../etc', '', encodeURIComponent(single), '0']) {
    expect(await ask(`${url}api/run?id=${wrong}&table=rotation`)).toMatchObject({ status: 404 })
  }
  for (const query of [
    'table=../status.json',
    'table=config',
    'table=rotation&from=-1',
    'table=rotation&from=1e9',
    '',
  ]) {
    expect(await ask(`${url}api/run?id=${id}&${query}`)).toMatchObject({ status: 400 })
  }
})

test('the page may load and run nothing but itself', async () => {
  const { single } = await runs()
  const { url } = await watched({ folders: [single] })
  const { headers, text } = await ask(url)
  const policy = headers['content-security-policy'] as string
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-/)
  expect(policy).not.toContain('unsafe')
  expect(text.replaceAll('http://www.w3.org/', '')).not.toMatch(/(src|href)="https?:|@import|url\(https?:/)
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  expect(headers).not.toHaveProperty('access-control-allow-origin')
})

test('nothing is written, and without a page nothing is looked at', async () => {
  const { root } = await runs()
  const before = contentsOf(root)
  const { url, close } = await watch({ folders: [root] })
  const { list } = listen(url)
  await expect.poll(() => list()?.runs.length, soon).toBe(3)
  for (const { id } of list()!.runs) for (const table of ['rotation', 'metrics', 'layers']) await partOf(url, id, table)
  await setTimeout(1500)
  expect(contentsOf(root)).toEqual(before)
  await close()
  await close()
  await expect(ask(url)).rejects.toThrow('ECONNREFUSED')
})

test('a signal closes the server, whoever listens', async () => {
  const { single } = await runs()
  const controller = new AbortController()
  const { url } = await watched({ folders: [single], signal: controller.signal })
  const { list } = listen(url)
  await expect.poll(list, soon).toBeDefined()
  controller.abort()
  await vi.waitFor(() => expect(ask(url)).rejects.toThrow('ECONNREFUSED'), 5000)
  expect(await failure(() => watch({ folders: [single], signal: controller.signal }))).toMatch(/^INTERRUPTED/)
})

test('wrong arguments, folders, hosts and ports are refused', async () => {
  const { single } = await runs()
  expect(await failure(() => watch({ folders: ['/nowhere'] }))).toBe(
    'MISSING_FILE: /nowhere does not exist; expected a folder of runs, a run or a study',
  )
  expect(await failure(() => watch({ folders: [join(single, 'config.json')] }))).toContain('is no folder')
  expect(await failure(() => watch('runs' as never))).toContain('expected an object with named values')
  expect(await failure(() => watch({ folders: [single], port: 70_000 }))).toMatch(
    /^INVALID_CONFIG: watch: port is 70000/,
  )
  expect(await failure(() => watch({ folders: [single], ports: 1 } as never))).toContain('did you mean "port"?')
  expect(await failure(() => watch({ folders: [single], host: 'a b' }))).toContain('expected a name or an address')
  expect(await failure(() => watch({ folders: [single], host: '203.0.113.1' }))).toBe(
    'INVALID_CONFIG: watch: 203.0.113.1 is no address of this machine',
  )
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  expect(await failure(() => watch({ folders: [single], port }))).toBe(
    `INVALID_CONFIG: watch: port ${port} of 127.0.0.1 is in use by another program; choose another port, or 0 for one that is free`,
  )
})

test('an empty folder has no runs yet, and one that vanishes is a message', async () => {
  const folder = join(temporaryFolder(), 'runs')
  mkdirSync(folder)
  const { url } = await watched({ folders: [folder] })
  const { list } = listen(url)
  await expect.poll(list, soon).toMatchObject({ runs: [], problems: [], isIncomplete: false })
  rmSync(folder, { recursive: true })
  await expect.poll(() => list()?.problems, soon).toEqual([`${folder} does not exist; expected a folder of runs`])
})
