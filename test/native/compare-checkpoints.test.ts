import { truncate } from 'node:fs/promises'
import { openSync, closeSync, ftruncateSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ComparisonRequest, StoredElements, StoredType } from '../../src/native/contract.js'
import { compareCheckpoints } from '../../src/native/load.js'
import { dataTypes } from '../../src/weights/data-types.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { integers } from './support/random.js'

const types = ['F64', 'F32', 'F16', 'BF16', 'F8_E4M3', 'F8_E5M2'] as const satisfies readonly StoredType[]

/** Three tensors of a layer, each in a file of its own behind some bytes. */
function layerOf(type: StoredType, elements: number, skip = 0) {
  const dataType = dataTypes.get(type)!
  const folder = temporaryFolder()
  const tensors = ['weight', 'first', 'previous'].map((name, i) => {
    const data = finiteNumbers(type, elements, i)
    const path = join(folder, name)
    writeFileSync(path, Buffer.concat([Buffer.alloc(skip, 255), data]))
    return { path, numbers: Array.from(dataType.decode(Uint8Array.from(data).buffer)) }
  })
  const place = (file: number) => ({ file, offset: skip, type })
  const request: ComparisonRequest = {
    files: tensors.map(({ path }) => ({ path, size: skip + elements * dataType.bytes })),
    layers: [{ elements, weight: place(0), first: place(1), previous: place(2), unit: 0, neurons: 0, rows: 0 }],
    units: 1,
    threads: 1,
  }
  return { request, numbers: tensors.map(({ numbers }) => numbers) as [number[], number[], number[]], tensors }
}

/** Random bits, of which those that are NaN or infinite become 0. */
function finiteNumbers(type: StoredType, elements: number, seed: number): Buffer {
  const dataType = dataTypes.get(type)!
  const { bytes } = dataType
  const data = Buffer.from(integers(elements * bytes, 256, seed))
  // The exponents of doubles and floats are kept small, so that their squares can be added.
  if (type === 'F64' || type === 'F32' || type === 'BF16') {
    for (let i = bytes - 1; i < data.length; i += bytes) data[i] = (data[i]! & 0x80) | 0x3f
  }
  Array.from(dataType.decode(Uint8Array.from(data).buffer)).forEach((number, i) => {
    if (!Number.isFinite(number)) data.fill(0, i * bytes, (i + 1) * bytes)
  })
  return data
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((x, i) => x * b[i]!))

function expected([w, first, p]: [number[], number[], number[]]) {
  const distance = (from: number[]) => 1 - dot(w, from) / Math.sqrt(dot(w, w) * dot(from, from))
  const change = w.map((x, i) => x - p[i]!)
  const radial = dot(change, p) / Math.sqrt(dot(p, p))
  return {
    norm: Math.sqrt(dot(w, w)),
    rotation: distance(first),
    rotationFromPrevious: distance(p),
    angle: Math.acos(1 - distance(p)),
    radial,
    tangential: Math.sqrt(dot(change, change) - radial ** 2),
    relativeUpdate: Math.sqrt(dot(change, change) / dot(p, p)),
    notFinite: 0,
  }
}

describe.each(types)('checkpoints in %s', (type) => {
  test.each([
    [8, 0],
    [513, 1],
    [40_000, 3],
  ])('of %i numbers behind %i bytes are compared as in float64', async (elements, skip) => {
    const { request, numbers } = layerOf(type, elements, skip)
    const changes = await compareCheckpoints(request)
    for (const [name, value] of Object.entries(expected(numbers))) {
      const found = changes[name as keyof ReturnType<typeof expected>][0]!
      expect(Math.abs(found - value), name).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)))
    }
  })
})

test('types may differ from checkpoint to checkpoint', async () => {
  const half = layerOf('BF16', 300)
  const exact = half.numbers[0]
  const file = half.tensors[0]!.path
  writeFileSync(file, new Uint8Array(Float64Array.from(exact).buffer))
  const { layers, files } = half.request
  const changes = await compareCheckpoints({
    files: files.map(({ path }, i) => ({ path, size: i === 0 ? 2400 : 600 })),
    layers: [{ ...layers[0]!, weight: { file: 0, offset: 0, type: 'F64' } }],
    units: 1,
    threads: 1,
  })
  expect(changes.rotation[0]).toBeCloseTo(expected(half.numbers).rotation, 9)
})

test('a change of one part in a billion is measured to nine digits', async () => {
  const path = join(temporaryFolder(), 'weights')
  const first = Array.from({ length: 1000 }, (_, i) => Math.sin(i))
  const second = first.map((x, i) => x + 1e-9 * Math.cos(7 * i))
  writeFileSync(path, new Uint8Array(Float64Array.from([...first, ...second]).buffer))
  const [start, then] = [0, 8000].map((offset) => ({ file: 0, offset, type: 'F64' as const }))
  const { rotation, angle } = await compareCheckpoints({
    files: [{ path, size: 16_000 }],
    layers: [{ elements: 1000, weight: then!, first: start!, previous: start!, unit: 0, neurons: 0, rows: 0 }],
    units: 1,
    threads: 1,
  })
  const change = second.map((x, i) => x - first[i]!)
  const along = dot(change, first) / Math.sqrt(dot(first, first))
  const turned = Math.sqrt((dot(change, change) - along ** 2) / dot(first, first))
  expect(angle[0]! / turned).toBeCloseTo(1, 7)
  expect(rotation[0]! / (turned ** 2 / 2)).toBeCloseTo(1, 7)
})

test('any number of threads gives the same bits', async () => {
  const { request } = layerOf('F32', 100_000)
  const [one, two] = [await compareCheckpoints(request), await compareCheckpoints({ ...request, threads: 2 })]
  expect(two).toEqual(one)
})

test('numbers that are not finite are counted, and weights of 0 have no direction', async () => {
  const path = join(temporaryFolder(), 'weights')
  const filled = (number: number, count: number) => Array.from({ length: count }, () => number)
  const numbers = [filled(0, 600), [NaN, Infinity, ...filled(1, 598)], filled(1, 600)]
  writeFileSync(path, new Uint8Array(Float32Array.from(numbers.flat()).buffer))
  const at = (tensor: number) => ({ file: 0, offset: 2400 * tensor, type: 'F32' as const })
  const { notFinite, rotation, angle, norm } = await compareCheckpoints({
    files: [{ path, size: 7200 }],
    layers: [
      { elements: 600, weight: at(1), first: at(2), previous: at(2), unit: 0, neurons: 0, rows: 0 },
      { elements: 600, weight: at(0), first: at(2), previous: at(2), unit: 1, neurons: 0, rows: 0 },
      { elements: 600, weight: at(2), first: at(0), previous: at(0), unit: 2, neurons: 0, rows: 0 },
    ],
    units: 3,
    threads: 1,
  })
  expect([...notFinite]).toEqual([2, 0, 0])
  expect([...rotation]).toEqual([NaN, NaN, NaN])
  expect(angle[2]).toBeNaN()
  expect(norm[1]).toBe(0)
})

test('neurons are compared one by one, and those without a direction are left out', async () => {
  const { request, numbers } = layerOf('F32', 5 * 700)
  const [layer] = request.layers
  const { neurons } = await compareCheckpoints({ ...request, layers: [{ ...layer!, neurons: 5 }] })
  const rows = Array.from({ length: 5 }, (_, i) =>
    expected(numbers.map((all) => all.slice(700 * i, 700 * (i + 1))) as [number[], number[], number[]]),
  )
  for (const column of ['rotation', 'angle', 'norm', 'relativeUpdate'] as const) {
    const sorted = rows.map((row) => row[column]).sort((a, b) => a - b)
    neurons[column].forEach((found, i) => expect(found / sorted[i]!, column).toBeCloseTo(1, 9))
  }
  const first = request.files[1]!.path
  writeFileSync(first, Buffer.concat([Buffer.alloc(2800), readFileSync(first).subarray(2800)]))
  const without = await compareCheckpoints({ ...request, layers: [{ ...layer!, neurons: 5 }] })
  const rotations = rows.slice(1).map(({ rotation }) => rotation)
  expect(without.neurons.rotation[0]! / Math.min(...rotations)).toBeCloseTo(1, 9)
  expect(without.neurons.rotation[4]! / Math.max(...rotations)).toBeCloseTo(1, 9)
  expect([...without.neurons.norm]).toEqual([...neurons.norm])
})

test('the layers of a unit are one vector', async () => {
  const { request, numbers } = layerOf('F32', 1000)
  const [layer] = request.layers
  const part = (begin: number, elements: number) => {
    const moved = (tensor: StoredElements) => ({ ...tensor, offset: 4 * begin })
    return {
      ...layer!,
      elements,
      weight: moved(layer!.weight),
      first: moved(layer!.first),
      previous: moved(layer!.previous),
      unit: 1,
    }
  }
  const changes = await compareCheckpoints({ ...request, layers: [part(0, 300), part(300, 700)], units: 2 })
  const { notFinite, ...rest } = expected(numbers)
  for (const [name, value] of Object.entries(rest)) {
    expect(changes[name as keyof typeof rest][1]! / value, name).toBeCloseTo(1, 9)
  }
  expect([...changes.notFinite]).toEqual([0, notFinite])
  expect(changes.rotation[0]).toBeNaN()
})

describe('a file', () => {
  test('that is shorter than its tensors is refused', async () => {
    const { request, tensors } = layerOf('F32', 100)
    await truncate(tensors[1]!.path, 399)
    expect(await failure(() => compareCheckpoints(request))).toMatch(
      /^INVALID_FILE: .*first has changed while it was read: it has 399 bytes; expected at least 400$/,
    )
  })

  test('that is missing, or a folder, is refused', async () => {
    const { request } = layerOf('F32', 100)
    const [file, ...others] = request.files
    const at = (path: string) => ({ ...request, files: [{ ...file!, path }, ...others] })
    expect(await failure(() => compareCheckpoints(at('/nowhere')))).toBe(
      'READ_FAILED: /nowhere could not be read: No such file or directory',
    )
    expect(await failure(() => compareCheckpoints(at(temporaryFolder())))).toMatch(/^INVALID_FILE: /)
  })

  test('that another process shortens while it is read ends the work, not the process', async () => {
    const path = join(temporaryFolder(), 'weights')
    const size = 2 ** 30
    const handle = openSync(path, 'w')
    ftruncateSync(handle, size) // a hole, which takes no place on the disk
    const tensor = { file: 0, offset: 0, type: 'F32' as const }
    const layer = { elements: size / 4, weight: tensor, first: tensor, previous: tensor, unit: 0, neurons: 0, rows: 0 }
    const comparison = failure(() =>
      compareCheckpoints({ files: [{ path, size }], layers: [layer], units: 1, threads: 1 }),
    )
    await setTimeout(30)
    ftruncateSync(handle, 4096)
    closeSync(handle)
    expect(await comparison).toMatch(/^READ_FAILED: .* it was shortened meanwhile, or its disk failed$/)
  })

  test.each<[string, (request: ComparisonRequest) => unknown]>([
    ['files', (request) => ({ ...request, files: [] })],
    [
      'offset',
      ({ layers: [layer], ...request }) => ({
        ...request,
        layers: [{ ...layer!, weight: { ...layer!.weight, offset: 1 } }],
      }),
    ],
    [
      'offset',
      ({ layers: [layer], ...request }) => ({
        ...request,
        layers: [{ ...layer!, first: { ...layer!.first, offset: -1 } }],
      }),
    ],
    ['elements', ({ layers: [layer], ...request }) => ({ ...request, layers: [{ ...layer!, elements: 2 ** 53 }] })],
    ['neurons', ({ layers: [layer], ...request }) => ({ ...request, layers: [{ ...layer!, neurons: 3 }] })],
    ['rows', ({ layers: [layer], ...request }) => ({ ...request, layers: [{ ...layer!, rows: 3 }] })],
    ['unit', ({ layers: [layer], ...request }) => ({ ...request, layers: [{ ...layer!, unit: 1 }] })],
    ['weight', ({ layers: [layer], ...request }) => ({ ...request, layers: [{ ...layer!, elements: 101 }] })],
    [
      'type',
      ({ layers: [layer], ...request }) => ({
        ...request,
        layers: [{ ...layer!, weight: { ...layer!.weight, type: 'I8' } }],
      }),
    ],
  ])('cannot be read beyond its end: wrong %s', async (_, change) => {
    const { request } = layerOf('F32', 100)
    expect(await failure(() => compareCheckpoints(change(request) as ComparisonRequest))).toMatch(/^INVALID_CONFIG: /)
  })
})
