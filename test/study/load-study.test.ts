import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { presets } from '../../src/experiment/presets.js'
import { encodeNpy } from '../../src/files/npy.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { loadStudy } from '../../src/study/load-study.js'
import { study } from '../../src/study/study.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment as base } from '../train/small-experiment.js'

function file(name: string, content: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

const axes = { seed: [1, 2] }
const written = stringify({ name: 'written', base, axes })

describe('a study is loaded', () => {
  test('from an experiment and axes; one value sets it for all', async () => {
    const made = await loadStudy('mnist', ['seed=1..3', 'learningRate.initial=3^-2,3^-3', 'epochs=5'])
    expect(made.name).toBe('mnist')
    expect(made.points).toHaveLength(6)
    expect(made.base).toEqual({ ...presets['mnist']!(), epochs: 5 })
    expect(made.points[5]!.experiment).toMatchObject({ seed: 3, epochs: 5, learningRate: { initial: 3 ** -3 } })
  })

  test('with axes that go together, and seeds that are crossed', async () => {
    const words = ['optimizer={type: sgd},{type: adam}', 'seed=1..3', 'learningRate.initial=0.1,0.001']
    const { points } = await loadStudy('mnist', words, { zip: true, name: 'zipped' })
    expect(points.map(({ experiment: { optimizer, seed } }) => `${optimizer.type} ${seed}`)).toEqual([
      'sgd 1',
      'sgd 2',
      'sgd 3',
      'adam 1',
      'adam 2',
      'adam 3',
    ])
    expect(points[5]!.experiment).toMatchObject({ name: 'zipped', learningRate: { initial: 0.001 } })
  })

  test('from YAML, whose axes the command line replaces, and to which it adds', async () => {
    const path = file('study.yaml', `# yaml-language-server: $schema=x\n${written}`)
    expect(await loadStudy(path)).toEqual(study({ name: 'written', base, axes }))
    const { points, name } = await loadStudy(path, ['seed=7', 'epochs=2,3', 'batchSize=50'], { name: 'other' })
    expect(name).toBe('other')
    expect(points.map(({ values }) => values)).toEqual([
      { seed: 7, epochs: 2 },
      { seed: 7, epochs: 3 },
    ])
    expect(points[0]!.experiment.batchSize).toBe(50)
  })

  test('with a base that is a preset or a file beside it', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'base.json'), JSON.stringify(base))
    writeFileSync(join(folder, 'a.yaml'), 'name: a\nbase: mnist\naxes: {seed: [1, 2]}\n')
    writeFileSync(join(folder, 'b.yaml'), 'name: b\nbase: base.json\naxes: {seed: [1, 2]}\n')
    expect((await loadStudy(join(folder, 'a.yaml'))).base).toEqual({ ...presets['mnist']!(), name: 'a' })
    expect((await loadStudy(join(folder, 'b.yaml'))).base).toEqual({ ...base, name: 'b' })
  })

  test('with the shape of images that their files tell, as an experiment is', async () => {
    const folder = temporaryFolder()
    const array = (name: string, ...content: Parameters<typeof encodeNpy>) => {
      writeFileSync(join(folder, name), Buffer.concat(encodeNpy(...content)))
      return join(folder, name)
    }
    const images = array(
      'images.npy',
      Uint8Array.from({ length: 128 }, (_, i) => i),
      [2, 8, 8],
    )
    const split = { images, labels: array('labels.npy', Int32Array.of(0, 2), [2]) }
    const data = { type: 'dataset' as const, train: split, test: split }
    const own = { ...base, data, model: mlp({ hidden: [4], classes: 3 }), batchSize: 2, validation: null }
    const told = { shape: [1, 8, 8], classes: 3 }
    const path = file('own.yaml', stringify(own))
    const ofStudy = file('study.yaml', stringify({ name: 'own', base: own, axes }))
    for (const made of [
      await loadStudy(path, ['seed=1,2']),
      await loadStudy(ofStudy),
      await loadStudy(ofStudy, ['epochs=2']),
      study({ name: 'own', base: own, axes }),
      study({ name: 'own', base: ({ seed }) => ({ ...own, seed: Number(seed) }), axes }),
    ]) {
      expect(made.points.map(({ experiment }) => experiment.data)).toEqual([
        expect.objectContaining(told),
        expect.objectContaining(told),
      ])
    }
  })

  test('with numbers in its axes as this package prints them', async () => {
    const { points } = await loadStudy(
      file('n.yaml', 'name: n\nbase: mnist\naxes: [{learningRate.initial: [3^-2, 3⁻³]}, {seed: [1]}]'),
    )
    expect(points.map(({ values }) => values['learningRate.initial'])).toEqual([3 ** -2, 3 ** -3])
  })

  test('from JSON that study() made, and from TypeScript with a function', async () => {
    const made = study({ name: 's', base, axes })
    expect(await loadStudy(file('s.json', JSON.stringify(made)))).toEqual(made)
    const module = `import { presets, study, sgd, layca } from 'layer-rotation'
      const base = ({ method, seed }) => ({ ...presets.mnist(), seed, optimizer: method === 'SGD' ? sgd() : layca(sgd()) })
      export default { name: 'methods', base, axes: { method: ['Layca', 'SGD'], seed: [1, 2] } }`
    const path = file('s.ts', module)
    expect((await loadStudy(path)).points.map(({ values }) => values['method'])).toEqual([
      'Layca',
      'Layca',
      'SGD',
      'SGD',
    ])
    expect((await loadStudy(path, ['method=SGD'])).points).toHaveLength(2)
    expect(await failure(() => loadStudy(path, ['epochs=3']))).toContain('epochs is no axis of this study')
  })

  test.each<[string, string, string[], boolean, string]>([
    ['without an axis', written.replace(/axes:[^]*/, ''), [], false, 'expected either axes or points'],
    ['with a misspelt key', written.replace('axes:', 'axis:'), [], false, 'unknown key "axis"; did you mean "axes"'],
    [
      'with an axis without a list',
      'name: a\nbase: mnist\naxes: {seed: 1}',
      [],
      false,
      'axes.seed is 1; expected a list',
    ],
    [
      'with an empty axis',
      'name: a\nbase: mnist\naxes: {seed: []}',
      [],
      false,
      'axes.seed is []; expected at least one value',
    ],
    ['with an axis called __proto__', written, ['__proto__=1,2'], false, '"__proto__" cannot be a key'],
    [
      'with a value that is no number',
      'name: a\nbase: mnist\naxes: {seed: [1, .nan]}',
      [],
      false,
      'axes.seed.1: expected a finite number',
    ],
    ['with a word twice', written, ['epochs=1,2', 'epochs=3'], false, 'epochs is given more than once'],
    ['with a path that leads nowhere', written, ['epocs.a=1,2'], false, 'did you mean "epochs"'],
    [
      'with settings beside points',
      `name: a\nbase: mnist\npoints: [{seed: 1}]`,
      ['epochs=3'],
      false,
      'expected no settings',
    ],
    ['with --zip beside groups', `name: a\nbase: mnist\naxes: [{seed: [1]}]`, [], true, 'no --zip'],
    ['with a base that is missing', 'name: a\nbase: none.yaml\naxes: {seed: [1]}', [], false, 'none.yaml'],
    ['with a base of another kind', 'name: a\nbase: 3\naxes: {seed: [1]}', [], false, 'base: expected an experiment'],
  ])('%s it is refused', async (_title, text, words, zip, message) => {
    expect(await failure(() => loadStudy(file('study.yaml', text), words, { zip }))).toContain(message)
  })
})
