import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { measureCheckpoints } from '../../src/measure/measure-checkpoints.js'
import { writeMeasurement } from '../../src/measure/measurement-files.js'
import type { NamedTensor } from '../../src/native/contract.js'
import { openRun } from '../../src/run/open-run.js'
import { train } from '../../src/train/train.js'
import { saveWeights } from '../../src/weights/weights.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'

const tensor = (name: string, shape: number[], ...data: number[]): NamedTensor => ({
  name,
  shape,
  data: Float32Array.from(data),
})

/** Writes each list of tensors as a file of a folder, whose path is returned. */
async function seriesOf(files: Record<string, readonly NamedTensor[]>): Promise<string> {
  const folder = temporaryFolder()
  for (const [name, tensors] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(join(file, '..'), { recursive: true })
    await saveWeights(file, new Map(tensors.map((one) => [one.name, one])))
  }
  return folder
}

test('the rotation of a run is the one that it recorded', async () => {
  const run = await train(smallExperiment, { folder: join(temporaryFolder(), 'run') })
  const at = (name: string) => join(run.folder, 'checkpoints', name)
  const { table, layers, hasSteps } = await measureCheckpoints([at('last'), at('initial')])
  expect(hasSteps).toBe(false)
  const { rotation } = await openRun(run.folder)
  expect(layers.map(({ name }) => name)).toEqual(rotation.layers)
  for (const layer of rotation.layers) {
    expect(table.layer(layer)[1]! / rotation.layer(layer).at(-1)!).toBeCloseTo(1, 9)
  }
})

test('the neurons of a run have turned as it recorded', async () => {
  const config = { ...smallExperiment, record: { ...smallExperiment.record, neurons: true } }
  const run = await train(config, { folder: join(temporaryFolder(), 'run') })
  const at = (name: string) => join(run.folder, 'checkpoints', name)
  const { table } = await measureCheckpoints([at('initial'), at('last')], { by: 'neuron' })
  const recorded = await (await openRun(run.folder)).layers()
  for (const column of ['q0', 'q25', 'q50', 'q75', 'q100'].map((quantile) => `neuron_rotation_${quantile}`)) {
    for (const layer of recorded.layers) {
      expect(table.layer(layer, column)[1]! / recorded.layer(layer, column).at(-1)!).toBeCloseTo(1, 9)
    }
  }
  expect(table.layer(recorded.layers[0]!, 'neuron_angle_q50')[0]).toBeNaN()
})

test('a group is one vector, with the tensors of one dimension', async () => {
  const folder = await seriesOf({
    'step1.safetensors': [
      tensor('h.0.attn.q_proj.weight', [1, 2], 1, 0),
      tensor('h.0.mlp.fc1.weight', [1, 1], 1),
      tensor('h.0.mlp.fc2.weight', [1, 1], 0),
      tensor('h.0.ln_1.weight', [2], 1, 1),
    ],
    'step2.safetensors': [
      tensor('h.0.attn.q_proj.weight', [1, 2], 0, 1),
      tensor('h.0.mlp.fc1.weight', [1, 1], 0),
      tensor('h.0.mlp.fc2.weight', [1, 1], 2),
      tensor('h.0.ln_1.weight', [2], 1, 1),
    ],
    'step3.safetensors': [tensor('h.0.attn.q_proj.weight', [1, 2], 0, 1), tensor('h.0.ln_1.weight', [2], 3, 3)],
  })
  const { table, layers } = await measureCheckpoints(folder, { by: 'group' })
  expect(layers.map(({ name, shape, condition }) => [name, shape, condition])).toEqual([
    ['attention', [2], 'still'],
    ['mlp', [2], 'missing'],
    ['norms', [2], 'norm grew'],
  ])
  expect([...table.layer('mlp')]).toEqual([0, 1, NaN])
  expect([...table.layer('mlp', 'norm')]).toEqual([1, 2, NaN])
  expect(table.layer('mlp', 'relative_update')[1]).toBeCloseTo(Math.sqrt(5), 9)
})

test('a folder is a series in the order of its steps', async () => {
  const folder = await seriesOf({
    'step100.safetensors': [tensor('a.weight', [1, 2], 0, 1), tensor('a.bias', [1], 0)],
    'step20.safetensors': [tensor('a.weight', [1, 2], 1, 1), tensor('a.bias', [1], 0)],
    'step0.safetensors': [tensor('a.weight', [1, 2], 1, 0), tensor('a.bias', [1], 0)],
    'last.safetensors': [tensor('a.weight', [1, 2], 1, 0), tensor('a.bias', [1], 0)],
  })
  const { checkpoints, layers, table, notes } = await measureCheckpoints(folder)
  expect(checkpoints.map(({ step }) => step)).toEqual([0, 20, 100])
  expect(notes).toEqual([`${join(folder, 'last.safetensors')} is left out: no step is in its name`])
  expect(layers).toMatchObject([{ name: 'a', shape: [1, 2], norm: { first: 1, last: 1 }, condition: null }])
  const rounded = (column: string) => Array.from(table.layer('a', column), (x) => Number(x.toFixed(6)))
  expect(rounded('rotation')).toEqual([0, 0.292893, 1])
  expect(rounded('angle')).toEqual([NaN, 0.785398, 0.785398])
  expect(rounded('norm')).toEqual([1, 1.414214, 1])
  expect(rounded('relative_update')).toEqual([NaN, 1, 0.707107])
})

describe('the order of checkpoints', () => {
  const at = (value: number) => [tensor('a.weight', [1, 2], 1, value)]

  test('comes from the names of folders where files have none', async () => {
    const folder = await seriesOf({ 'step_500/net.safetensors': at(0), 'step_1000/net.safetensors': at(1) })
    const paths = ['step_1000', 'step_500'].map((name) => join(folder, name, 'net.safetensors'))
    const { checkpoints, hasSteps } = await measureCheckpoints(paths)
    expect(checkpoints.map(({ step }) => step)).toEqual([500, 1000])
    expect(hasSteps).toBe(true)
    // The same folder twice says nothing.
    const others = await seriesOf({ 'step1/b.safetensors': at(0), 'step1/a.safetensors': at(1) })
    const given = ['b', 'a'].map((name) => join(others, 'step1', `${name}.safetensors`))
    expect((await measureCheckpoints(given)).checkpoints.map(({ path }) => path)).toEqual(given)
  })

  test('comes from the folders of parts of models, such as the UNet of diffusers', async () => {
    const name = 'unet/diffusion_pytorch_model.safetensors'
    const folder = await seriesOf({ [`checkpoint-500/${name}`]: at(0), [`checkpoint-1000/${name}`]: at(1) })
    const paths = ['checkpoint-1000', 'checkpoint-500'].map((checkpoint) => join(folder, checkpoint, 'unet'))
    expect((await measureCheckpoints(paths)).checkpoints.map(({ step }) => step)).toEqual([500, 1000])
  })

  test('has no place for the state of an optimizer, and follows links', async () => {
    const folder = await seriesOf({
      'step1.safetensors': at(0),
      'optimizer-step1.safetensors': at(5),
      'elsewhere/model.safetensors': at(1),
    })
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'checkpoint-2'))
    const { checkpoints } = await measureCheckpoints(folder)
    expect(checkpoints.map(({ path, step }) => [basename(path), step])).toEqual([
      ['step1.safetensors', 1],
      ['checkpoint-2', 2],
    ])
  })

  test('of a folder that is a checkpoint itself leaves out those in it, and says so', async () => {
    const folder = await seriesOf({
      'model.safetensors': at(2),
      'checkpoint-500/model.safetensors': at(0),
      'checkpoint-1000/model.safetensors': at(1),
    })
    const { checkpoints, notes } = await measureCheckpoints(folder)
    expect(checkpoints).toHaveLength(1)
    expect(notes).toEqual([
      `${folder} is a checkpoint itself; checkpoint-500 and 1 more in it are left out: name them to measure them`,
    ])
  })
})

test.each([
  ['is written again', (file: string) => writeFileSync(file, readFileSync(file))],
  ['is replaced by another', (file: string) => renameSync(join(file, '../other'), file)],
])('a first checkpoint that %s while the series is measured changes no number', async (kind, change) => {
  const folder = await seriesOf({
    'step1.safetensors': [tensor('a.weight', [1, 2], 1, 0)],
    'step2.safetensors': [tensor('a.weight', [1, 2], 1, 1)],
    'step3.safetensors': [tensor('a.weight', [1, 2], 1, 2)],
    other: [tensor('a.weight', [1, 2], 0, 1)],
  })
  const onCheckpoint = (place: number) => void (place === 1 && change(join(folder, 'step1.safetensors')))
  const measuring = () => measureCheckpoints(folder, { onCheckpoint })
  if (kind === 'is replaced by another') {
    const { table } = await measuring()
    expect(table.layer('a')[1]).toBeCloseTo(1 - Math.SQRT1_2, 6)
  } else expect(await failure(measuring)).toMatch(/^INVALID_FILE: .*step1.safetensors has changed while it was read/)
})

test('--from is the start of the rotation, and what the first checkpoint has changed from', async () => {
  const folder = await seriesOf({
    'base.safetensors': [tensor('a.weight', [1, 2], 1, 0)],
    'tuned/step1.safetensors': [tensor('a.weight', [1, 2], 1, 1)],
    'tuned/step2.safetensors': [tensor('a.weight', [1, 2], 0, 1)],
  })
  const { table } = await measureCheckpoints(join(folder, 'tuned'), { from: join(folder, 'base.safetensors') })
  expect([...table.layer('a')].map((x) => Number(x.toFixed(6)))).toEqual([0.292893, 1])
  expect([...table.layer('a', 'relative_update')].map((x) => Number(x.toFixed(6)))).toEqual([1, 0.707107])
})

test('parts with an index are one checkpoint, as in folders of Hugging Face', async () => {
  const folder = temporaryFolder()
  for (const [step, value] of [
    [1, 0],
    [2, 1],
  ] as const) {
    const checkpoint = join(folder, `checkpoint-${step}`)
    mkdirSync(checkpoint)
    const parts = { 'model-00001-of-00002.safetensors': 'a.weight', 'model-00002-of-00002.safetensors': 'b.weight' }
    for (const [part, name] of Object.entries(parts)) {
      await saveWeights(join(checkpoint, part), new Map([[name, tensor(name, [1, 2], 1, value)]]))
    }
    const weightMap = Object.fromEntries(Object.entries(parts).map(([part, name]) => [name, part]))
    writeFileSync(join(checkpoint, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }))
  }
  const { checkpoints, table } = await measureCheckpoints(folder)
  expect(checkpoints.map(({ step }) => step)).toEqual([1, 2])
  for (const layer of ['a', 'b']) expect(table.layer(layer)[1]).toBeCloseTo(0.292893, 6)
})

test('renamed layers are found, those that come, go or change shape are named', async () => {
  const folder = await seriesOf({
    'step1.safetensors': [
      tensor('a.weight', [1, 2], 1, 0),
      tensor('b.weight', [1, 2], 1, 0),
      tensor('c.weight', [1, 1], 1),
    ],
    'step2.safetensors': [
      tensor('module.a.weight', [1, 2], 0, 1),
      tensor('module.c.weight', [2, 1], 1, 1),
      tensor('module.d.weight', [1, 1], 1),
    ],
    'step3.safetensors': [
      tensor('a.weight', [1, 2], 0, 1),
      tensor('b.weight', [1, 2], 0, 2),
      tensor('c.weight', [1, 1], 2),
    ],
  })
  const { table, notes } = await measureCheckpoints(folder)
  expect([...table.layer('a')]).toEqual([0, 1, 1])
  expect([...table.layer('b')]).toEqual([0, NaN, 1])
  // The checkpoint before is the last one that has the layer.
  expect(table.layer('b', 'relative_update')[2]).toBeCloseTo(Math.sqrt(5), 9)
  expect(notes.map((note) => note.slice(note.indexOf(': ') + 2))).toEqual([
    'its layers are found by its names without "module."',
    'c has shape [2, 1]; expected [1, 1]',
    'without b',
    'also has module.d.weight',
  ])
})

test('layers are found behind a prefix that only most names have, and without the parts of wrappers', async () => {
  const layers = (value: number, names: readonly string[]) =>
    names.map((name) => tensor(`${name}.weight`, [1, 2], 1, value))
  const folder = await seriesOf({
    'base.safetensors': layers(0, ['h.0.attn', 'h.1.attn', 'wte']),
    'tuned/step1.safetensors': layers(1, ['transformer.h.0.attn', 'transformer.h.1.attn', 'transformer.wte', 'score']),
    'tuned/step2.safetensors': layers(2, ['h.0._orig_mod.attn', 'h.1._checkpoint_wrapped_module.attn', 'wte']),
  })
  const { table, notes } = await measureCheckpoints(join(folder, 'tuned'), { from: join(folder, 'base.safetensors') })
  for (const layer of ['h.0.attn', 'h.1.attn', 'wte']) {
    const [first, second] = table.layer(layer)
    expect(first).toBeCloseTo(1 - Math.SQRT1_2, 6)
    expect(second).toBeCloseTo(1 - Math.cos(Math.atan(2)), 6)
  }
  expect(notes.map((note) => note.slice(note.indexOf(': ') + 2))).toEqual([
    'its layers are found by its names without "transformer."',
    'also has score.weight',
    'its layers are found by its names without the parts of wrappers, such as "_orig_mod"',
  ])
})

test('patterns choose the layers, and may name other tensors', async () => {
  const folder = await seriesOf({
    '1.safetensors': [tensor('a.weight', [1, 1], 1), tensor('a.bias', [1], 1), tensor('b.weight', [1, 1], 1)],
    '2.safetensors': [tensor('a.weight', [1, 1], 1), tensor('a.bias', [1], 2), tensor('b.weight', [1, 1], 1)],
  })
  const namesOf = async (...layers: string[]) =>
    (await measureCheckpoints(folder, { layers })).layers.map(({ name }) => name)
  expect(await namesOf('b')).toEqual(['b'])
  expect(await namesOf('*.bias', 'a')).toEqual(['a', 'a.bias'])
  // Layers that were not chosen are not new.
  expect((await measureCheckpoints(folder, { layers: ['b'] })).notes).toEqual([])
  expect(await failure(() => measureCheckpoints(folder, { layers: ['c*'] }))).toContain('matches "c*"')
})

test('the health check names what is unusual', async () => {
  const tensors = (numbers: Record<string, number[]>) =>
    Object.entries(numbers).map(([name, data]) => tensor(`${name}.weight`, [1, 2], ...data))
  const folder = await seriesOf({
    'step1.safetensors': tensors({
      frozen: [1, 0],
      still: [1, 0],
      grew: [1, 0],
      shrank: [1, 0],
      reversed: [1, 0],
      zero: [1, 0],
      broken: [1, 0],
      gone: [1, 0],
      usual: [1, 0],
    }),
    'step2.safetensors': tensors({
      frozen: [1, 0],
      still: [1, 1],
      grew: [1, 0],
      shrank: [1, 0],
      reversed: [1, 0],
      zero: [1, 0],
      broken: [1, 0],
      gone: [1, 0],
      usual: [1, 0],
    }),
    'step3.safetensors': tensors({
      frozen: [1, 0],
      still: [1, 1],
      grew: [3, 0],
      shrank: [0.4, 0],
      reversed: [-1, 0.5],
      zero: [0, 0],
      broken: [NaN, 0],
      usual: [1, 1],
    }),
  })
  const { layers: health } = await measureCheckpoints(folder)
  expect(Object.fromEntries(health.map(({ name, condition }) => [name, condition]))).toEqual({
    frozen: 'frozen',
    still: 'still',
    grew: 'norm grew',
    shrank: 'norm shrank',
    reversed: 'reversed',
    zero: 'zero',
    broken: 'not finite',
    gone: 'missing',
    usual: null,
  })
})

test('a layer that came from 0 has changed, whatever follows', async () => {
  const folder = await seriesOf({
    'step1.safetensors': [tensor('lora_B', [1, 2], 0, 0)],
    'step2.safetensors': [tensor('lora_B', [1, 2], 1, 0)],
    'step3.safetensors': [tensor('lora_B', [1, 2], 1, 0)],
  })
  expect((await measureCheckpoints(folder)).layers).toMatchObject([{ name: 'lora_B', condition: 'still' }])
})

test('the tables hold every number, and names with commas', async () => {
  const folder = await seriesOf({
    'step1.safetensors': [tensor('a,b.weight', [1, 2], 1, 0)],
    'step2.safetensors': [tensor('a,b.weight', [1, 2], 1, 1)],
  })
  const series = await measureCheckpoints(folder)
  const file = await writeMeasurement(series, join(folder, 'out'))
  const [head, first, second] = readFileSync(file, 'utf8').split('\n')
  expect(head).toBe(
    'step,layer,rotation,rotation_from_previous,angle,norm,radial,tangential,relative_update,not_finite',
  )
  expect(first).toBe('1,"a,b",0,NaN,NaN,1,NaN,NaN,NaN,0')
  expect(second!.split(',').slice(3, 5).map(Number)).toEqual(
    ['rotation', 'rotation_from_previous'].map((name) => series.table.column(name)[1]),
  )
  expect(JSON.parse(readFileSync(join(folder, 'out', 'measurement.json'), 'utf8'))).toMatchObject({
    checkpoints: [{ step: 1 }, { step: 2 }],
    layers: [{ name: 'a,b', condition: null }],
  })
  const parquet = join(folder, 'out', 'layers.parquet')
  const connection = await (await DuckDBInstance.create()).connect()
  const read = await connection.runAndReadAll(`select * from '${parquet}'`)
  expect(read.columnTypes().map(String)).toEqual(['INTEGER', 'VARCHAR', ...Array<string>(8).fill('DOUBLE')])
  expect(read.getRowObjects()).toEqual([...series.table.rows()])
})

describe('refuses', () => {
  test('singular values of groups', async () => {
    expect(await failure(() => measureCheckpoints('x', { by: 'group', spectral: true }))).toContain(
      'a group is no matrix',
    )
  })

  test('another kind of unit', async () => {
    const by = 'head' as 'group'
    expect(await failure(() => measureCheckpoints('x', { by }))).toMatch(/^INVALID_CONFIG: .*by/)
  })

  test('a series whose order cannot be told', async () => {
    const weights = [tensor('a.weight', [1, 1], 1)]
    const folder = await seriesOf({
      'step1.safetensors': weights,
      'x/step1.safetensors': weights,
      'final.safetensors': weights,
    })
    const at = (name: string) => join(folder, name)
    expect(await failure(() => measureCheckpoints([at('step1.safetensors'), at('x')]))).toContain(
      'are both at step 1; expected one checkpoint of each step',
    )
    expect(await failure(() => measureCheckpoints([at('step1.safetensors'), at('final.safetensors')]))).toContain(
      'rename it, such as to step1000.safetensors',
    )
  })

  test('what is no checkpoint', async () => {
    const folder = temporaryFolder()
    expect(await failure(() => measureCheckpoints(folder))).toContain('holds no checkpoint')
    expect(await failure(() => measureCheckpoints(join(folder, 'none')))).toMatch(/^MISSING_FILE: /)
    writeFileSync(join(folder, 'a.safetensors'), 'nonsense')
    expect(await failure(() => measureCheckpoints(folder))).toMatch(/^INVALID_FILE: /)
  })

  test.each<[string, unknown]>([
    ['a part elsewhere', { weight_map: { 'a.weight': '../model.safetensors' } }],
    ['a part that lacks the tensor', { weight_map: { 'z.weight': 'part.safetensors' } }],
    ['no parts', { weight_map: {} }],
    ['no map', []],
  ])('an index with %s', async (_, index) => {
    const folder = await seriesOf({ 'part.safetensors': [tensor('a.weight', [1, 1], 1)] })
    const file = join(folder, 'model.safetensors.index.json')
    writeFileSync(file, JSON.stringify(index))
    expect(await failure(() => measureCheckpoints(folder))).toMatch(/^INVALID_FILE: /)
  })
})
