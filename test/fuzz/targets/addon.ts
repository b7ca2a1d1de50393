import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import nodeGypBuild from 'node-gyp-build'
import { layerExamples } from '../../native/support/reference-model.js'
import { smallSpec } from '../../native/support/small-trainer.js'
import type { Target } from '../target.js'

/** The error codes that the addon may answer with besides a result. */
const codes = ['INVALID_CONFIG', 'OUT_OF_MEMORY', 'DEVICE_UNAVAILABLE', 'DISPOSED', 'INTERRUPTED']

type Raw = Record<string, (...args: unknown[]) => unknown>

/** The addon itself, without the layer of TypeScript around it. */
const load = () =>
  createRequire(import.meta.url)(nodeGypBuild.path(fileURLToPath(new URL('../../..', import.meta.url)))) as Raw

class Hostile extends Error {}

const throwing = (): never => {
  throw new Hostile('by a getter')
}

function detached(): Float32Array {
  const array = new Float32Array(8)
  structuredClone(array.buffer, { transfer: [array.buffer] })
  return array
}

/** Node 20 has them, the types of ES2023 do not. */
const resizable = (length: number, most: number) =>
  new (ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer & { resize(to: number): void })(
    length,
    { maxByteLength: most },
  )

function outOfBounds(): Int32Array {
  const buffer = resizable(64, 64)
  const array = new Int32Array(buffer, 8, 8)
  buffer.resize(4)
  return array
}

/** An array that shrinks and grows while it is read. */
function restless(): unknown[] {
  const array: unknown[] = [1, 2, 3]
  Object.defineProperty(array, 0, {
    get: () => {
      array.length = 1
      return 1
    },
  })
  return array
}

function longest(): unknown[] {
  const array: unknown[] = []
  array.length = 2 ** 32 - 1
  return array
}

function cyclic(): unknown[] {
  const layers: unknown[] = []
  layers.push({ type: 'residual', name: 'r', layers, shortcut: layers })
  return layers
}

/** Makes a value that fits nowhere, or fits but is not what it seems. */
const hostileValue: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .constantFrom<unknown>(
      ...[
        undefined,
        null,
        true,
        false,
        '',
        'conv',
        'x'.repeat(100_000),
        '\0',
        '\ud800',
        0,
        -0,
        -1,
        1,
        2,
        3,
        7,
        0.5,
        NaN,
      ],
      ...[Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, 1e308, -(2 ** 63), 5e-324, 65_536, 65_537],
      ...[1n, 2n ** 70n, Symbol('s'), throwing, class {}],
    )
    .map((value) => () => value),
  fc.constantFrom<() => unknown>(
    () => [],
    () => ({}),
    () => new Proxy({}, { get: throwing }),
    () => new Proxy([], { get: throwing }),
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return proxy
    },
    () => Object.create(null) as unknown,
    () => Object.defineProperty({}, 'type', { get: throwing }),
    detached,
    outOfBounds,
    restless,
    longest,
    cyclic,
    () => new Float32Array(new SharedArrayBuffer(32)),
    () => new Uint8Array(new SharedArrayBuffer(735)),
    () => new Int32Array(resizable(84, 256)),
    () => new Float64Array(0),
    () => new Float64Array([NaN, Infinity, -1]),
    () => new Int32Array([-1, 2 ** 31 - 1]),
    () => new Uint8ClampedArray(735),
    () => new DataView(new ArrayBuffer(8)),
    () => Promise.resolve(1),
    () => runInNewContext('new Float32Array(8)'),
    () => [[[[[[[[]]]]]]]],
    () => Array.from({ length: 3 }),
    () => new Date(),
    () => new Map(),
  ),
  fc
    .anything({ maxDepth: 2, withBigInt: true, withTypedArray: true, withSparseArray: true })
    .map((value) => () => value),
)

const size = fc.constantFrom(1, 1, 2, 3, 4, 5, 8, 2 ** 31, 2 ** 40, 2 ** 53)
const window = fc.constantFrom([1, 1], [2, 2], [3, 3], [3, 1], [5, 7], [65_536, 65_536], [65_536, 1])
const padding = fc.constantFrom<unknown>('valid', 'same', [0, 0], [1, 1], [2, 0], [65_536, 65_536])
const init = fc
  .constantFrom('glorotUniform', 'heNormal', 'zeros', 'pytorchDefault', 'orthogonal')
  .map((type) => ({ type, gain: 1 }))
const biasInit = fc.constant({ type: 'zeros' })
const epsilon = fc.constantFrom(1e-5, 0, 1e308)
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'a.b', '', 'x y', '__proto__', '\0')
const common = { name, bias: fc.boolean(), init, biasInit }

/** Layers that each are well-formed, more or less; whether they fit together is for the addon to find out. */
const layer: fc.Arbitrary<Record<string, unknown>> = fc.letrec<{ layer: Record<string, unknown> }>((tie) => ({
  layer: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ ...common, type: fc.constant('dense'), units: size }),
    fc.record({
      ...common,
      type: fc.constant('conv'),
      filters: size,
      kernel: window,
      stride: window,
      padding,
      groups: fc.constantFrom(1, 1, 1, 2, 3, 2 ** 40),
    }),
    fc.record({
      type: fc.constant('batchNorm'),
      name,
      epsilon,
      momentum: fc.constantFrom(0.9, 0, 1, -1, 1e308),
      scale: fc.boolean(),
      shift: fc.boolean(),
      runningVariance: fc.constantFrom('biased', 'unbiased'),
    }),
    fc.record({ type: fc.constant('layerNorm'), name, epsilon, scale: fc.boolean(), shift: fc.boolean() }),
    fc.record({
      type: fc.constant('groupNorm'),
      name,
      epsilon,
      groups: fc.constantFrom(1, 2, 3, 2 ** 40),
      scale: fc.boolean(),
      shift: fc.boolean(),
    }),
    fc.record({ type: fc.constantFrom('maxPool', 'averagePool'), name, size: window, stride: window, padding }),
    fc.record({ type: fc.constantFrom('relu', 'flatten', 'globalAveragePool'), name }),
    fc.record({ type: fc.constant('leakyRelu'), name, slope: fc.constantFrom(0.1, 0, -1, 1e308) }),
    fc.record({ type: fc.constant('gelu'), name, approximation: fc.constantFrom('none', 'tanh') }),
    fc.record({ type: fc.constant('dropout'), name, rate: fc.constantFrom(0, 0.5, 0.999_999_999) }),
    fc.constantFrom(...layerExamples.flatMap(({ layers }) => layers)).map((layer) => ({ ...layer })),
    fc.record({
      type: fc.constant('residual'),
      name,
      layers: fc.array(tie('layer'), { maxLength: 3 }),
      shortcut: fc.array(tie('layer'), { maxLength: 2 }),
    }),
  ),
})).layer

const shape = fc.constantFrom(
  [7, 5],
  [35],
  [1, 7, 5],
  [5, 7, 1],
  [35, 1, 1],
  [1, 35],
  [2 ** 31],
  [2 ** 31, 2 ** 31, 2 ** 31],
)

/** Values that replace another one in the arguments; a place is taken modulo the number of places. */
interface Edit {
  place: number
  make: () => unknown
}

const edits = fc.array(fc.record({ place: fc.nat(), make: hostileValue }), { maxLength: 3 })

interface Call {
  method: string
  edits: Edit[]
  /** True if the call is not waited for, so that the next call comes while this one is under way. */
  hasty: boolean
}

const trainerCall: fc.Arbitrary<Call> = fc.record({
  method: fc.constantFrom(
    ...['trainEpoch', 'trainEpoch', 'evaluate', 'probe', 'timeInput', 'weights', 'setWeights', 'rotation'],
    ...['setReference', 'stop', 'dispose', 'constructor', 'borrowed'],
  ),
  edits,
  hasty: fc.boolean(),
})

const layersCall: fc.Arbitrary<Call> = fc.record({
  method: fc.constantFrom('rotation', 'step', 'weights', 'setWeights', 'time', 'constructor'),
  edits,
  hasty: fc.boolean(),
})

const optimizers = [
  { type: 'sgd', momentum: 0.9, dampening: 0, nesterov: false, rateInVelocity: true },
  { type: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 0, epsilonHat: false, amsgrad: true },
  ...['layca', 'fixedNorm'].map((type) => ({
    type,
    per: 'neuron',
    rule: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
  })),
  {
    type: 'muon',
    momentum: 0.9,
    nesterov: true,
    nsSteps: 2,
    epsilon: 1e-7,
    precision: 'bf16',
    shapeFactor: 'none',
    vectors: { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, epsilonHat: true, amsgrad: false },
    vectorRate: 1,
  },
]

/** A trainer or layers, of a spec that may be wrong in several ways, and calls of their methods. */
const program = fc.record({
  kind: fc.constantFrom('trainer', 'trainer', 'layers'),
  layers: fc.option(fc.array(layer, { maxLength: 6 })),
  inputShape: fc.option(shape),
  optimizer: fc.option(fc.constantFrom(...optimizers)),
  preferAten: fc.boolean(),
  precision: fc.constantFrom('fp32', 'fp32', 'bf16'),
  memoryFormat: fc.constantFrom('channelsLast', 'contiguous'),
  edits,
  trainerCalls: fc.array(trainerCall, { maxLength: 6 }),
  layersCalls: fc.array(layersCall, { maxLength: 6 }),
})

type Program = typeof program extends fc.Arbitrary<infer Value> ? Value : never

/** Four bytes: the seed of a program. */
export const addon: Target = {
  seeds: () => Array.from({ length: 16 }, (_, i) => Buffer.of(i, 0, 0, 0)),
  run: async (input) => {
    const seed = Buffer.concat([input.subarray(0, 4), Buffer.alloc(4)]).readInt32LE(0)
    const [made] = fc.sample(program, { numRuns: 1, seed })
    await execute(made!)
    await stillWorks()
  },
}

async function execute(made: Program): Promise<void> {
  const addon = load()
  const pending: Promise<unknown>[] = []
  const args = made.kind === 'trainer' ? trainerArguments(made) : layersArguments(made)
  for (const edit of made.edits) replace(args, edit)
  const object = (await allowed(() => addon[made.kind === 'trainer' ? 'createTrainer' : 'createLayers']!(...args))) as
    Raw | undefined
  if (object === undefined) return
  // Later it may have been disposed of.
  const layers = made.kind === 'trainer' ? (object['layerNames'] as unknown as string[]).length : 2
  for (const { method, edits, hasty } of made.kind === 'trainer' ? made.trainerCalls : made.layersCalls) {
    const given = made.kind === 'trainer' ? trainerCallArguments(method, layers) : layersCallArguments(method)
    for (const edit of edits) replace(given, edit)
    const result = allowed(() => invoke(object, method, given))
    if (hasty) pending.push(result)
    else await result
  }
  await Promise.all(pending)
  if (made.kind === 'trainer') await allowed(() => object['dispose']!())
}

function invoke(object: Raw, method: string, args: unknown[]): unknown {
  if (method === 'constructor') return Reflect.construct(object.constructor, args) as unknown
  // A method of this object on another one.
  if (method === 'borrowed') return Reflect.apply(object['weights']!, args[0], [])
  return object[method]!(...args)
}

/** Returns the answer of the addon; undefined if it refuses, as it should. */
async function allowed(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof Hostile || isOfJavaScript(error)) return undefined
    const { code } = error as { code?: unknown }
    if (error instanceof Error && codes.includes(String(code)) && error.message !== '') return undefined
    throw error
  }
}

/**
 * Tells whether V8 or Node-API made the error: for a revoked proxy, a method on a foreign object, a class without
 * `new`.
 */
function isOfJavaScript(error: unknown): boolean {
  return (
    error instanceof Error &&
    /proxy|Illegal invocation|Invalid argument|Cannot convert|not a function|constructor/i.test(error.message)
  )
}

function trainerArguments(made: Program): unknown[] {
  const { optimizer, layers, inputShape, precision, memoryFormat, preferAten } = made
  const spec = smallSpec({
    ...(precision ? { precision: precision as 'fp32' } : {}),
    memoryFormat: memoryFormat as 'contiguous',
    preferAten,
  })
  return [
    {
      // Edits are made in place: what programs share is not theirs.
      ...structuredClone(spec),
      ...(layers === null ? {} : { layers, parameters: [] }),
      ...(inputShape === null ? {} : { inputShape }),
      ...(optimizer === null ? {} : { optimizer: structuredClone(optimizer) }),
    },
  ]
}

const layersArguments = ({ optimizer, preferAten }: Program): unknown[] => [
  [new Float32Array(6).fill(1), new Float32Array(4).fill(-2)],
  { optimizer: structuredClone(optimizer ?? optimizers[0]), rowSizes: [3, 2], preferAten, threads: 1 },
]

function trainerCallArguments(method: string, layers: number): unknown[] {
  const indices = Int32Array.from({ length: 21 }, (_, i) => i)
  const batches = { order: indices, batchSizes: Int32Array.of(9, 9, 3), augmentationKey: 0 }
  const tensor = { name: 'dense0.weight', shape: [11, 35], data: new Float32Array(385) }
  switch (method) {
    case 'trainEpoch': {
      const rates = new Float64Array(3 * layers).fill(0.1)
      const record = { steps: Int32Array.of(0, 2), neurons: true, spectral: true, references: ['r'] }
      return [{ ...batches, rates, record }, () => undefined]
    }
    case 'evaluate':
      return ['test', 4]
    case 'probe':
      return [indices, 'train']
    case 'timeInput':
      return [batches]
    case 'setWeights':
      return [[tensor]]
    case 'setReference':
      return ['r', [tensor]]
    default:
      return [{}]
  }
}

function layersCallArguments(method: string): unknown[] {
  switch (method) {
    case 'step':
      return [[new Float32Array(6).fill(1), new Float32Array(4)], Float64Array.of(0.1, 0.2)]
    case 'setWeights':
      return [[new Float32Array(6), new Float32Array(4)]]
    case 'time':
      return ['step', 2]
    default:
      return [{}]
  }
}

/** Puts a value in a place among all those in `root`, itself not included. */
function replace(root: unknown[], { place, make }: Edit): void {
  const places = [...placesIn(root)]
  const found = places[place % Math.max(1, places.length)]
  // A read-only property keeps its value.
  if (found) Reflect.set(found.container, found.key, make())
}

function* placesIn(container: unknown, depth = 0): Generator<{ container: Record<string, unknown>; key: string }> {
  if (typeof container !== 'object' || container === null || depth > 6) return
  for (const [key, { value }] of Object.entries(describe(container))) {
    if (key === 'length') continue
    yield { container: container as Record<string, unknown>, key }
    yield* placesIn(value, depth + 1)
  }
}

/** Returns no properties for anything but plain data. */
function describe(container: object): Record<string, PropertyDescriptor> {
  try {
    const isLong = Array.isArray(container) && container.length > 1000
    return ArrayBuffer.isView(container) || isLong ? {} : Object.getOwnPropertyDescriptors(container)
  } catch {
    return {}
  }
}

/** One step of w = (3, 4) along (1, 0) at 0.5: (2.5, 4). */
async function stillWorks(): Promise<void> {
  const made = load()['createLayers']!([Float32Array.of(3, 4)], {
    optimizer: { type: 'sgd', momentum: 0, dampening: 0, nesterov: false, rateInVelocity: false },
    preferAten: false,
    threads: 1,
  })
  const layers = (await made) as Record<string, (...args: unknown[]) => Promise<unknown>>
  await layers['step']!([Float32Array.of(1, 0)], Float64Array.of(0.5))
  const [{ data }] = (await layers['weights']!()) as [{ data: Float32Array }]
  if (data[0] !== 2.5 || data[1] !== 4) throw new Error(`afterwards the weights are ${data.join()}, expected 2.5,4`)
}
