import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadExperiment } from '../../src/experiment/load-experiment.js'
import { presets } from '../../src/experiment/presets.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function file(name: string, content: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

const script = `import { experiment, mnist, mlp, sgd, layca, steps } from 'layer-rotation'

const rate: number = 3 ** -2

export default experiment({
  name: 'mnist',
  data: mnist({ perClass: 1000 }),
  model: mlp({ hidden: [784], batchNorm: true }),
  optimizer: layca(sgd()),
  learningRate: steps(rate, { at: [90], factor: 1 / 5 }),
  epochs: 100,
  batchSize: 2048,
})
`

describe('an experiment comes from', () => {
  test('a preset: the paper’s net at its largest rate', async () => {
    const config = await loadExperiment('mnist')
    expect(config).toEqual(presets['mnist']!())
    expect(config.learningRate).toEqual({ type: 'steps', initial: 1 / 9, at: [90], factor: 0.2 })
  })

  test('a TypeScript file', async () => {
    expect(await loadExperiment(file('a.ts', script))).toEqual(presets['mnist']!())
  })

  test('a JavaScript file', async () => {
    expect(await loadExperiment(file('a.js', script.replace(': number', '')))).toEqual(presets['mnist']!())
  })

  test('a JSON file, such as the config.json of a run', async () => {
    expect(await loadExperiment(file('config.json', JSON.stringify(presets['mnist']!())))).toEqual(presets['mnist']!())
  })

  test('a JSON or YAML file that names its schema for an editor', async () => {
    const config = { $schema: './experiment.schema.json', ...presets['mnist']!() }
    expect(await loadExperiment(file('a.json', JSON.stringify(config)))).toEqual(presets['mnist']!())
    expect(await loadExperiment(file('a.yaml', stringify(config)))).toEqual(presets['mnist']!())
  })

  test('a file that begins with a byte order mark', async () => {
    const config = JSON.stringify(presets['mnist']!())
    expect(await loadExperiment(file('a.json', `\ufeff${config}`))).toEqual(presets['mnist']!())
    expect(await loadExperiment(file('a.yaml', `\ufeff${config}`))).toEqual(presets['mnist']!())
    expect(await loadExperiment(file('a.ts', `\ufeff${script}`))).toEqual(presets['mnist']!())
  })

  test('the config.json of a run of the first version, which had fewer settings', async () => {
    const { name, data, model, optimizer, learningRate, epochs, batchSize, seed, device, threads, record } =
      presets['mnist']!()
    const first = { name, data, model, optimizer, learningRate, epochs, batchSize, seed, device, threads, record }
    expect(await loadExperiment(file('config.json', JSON.stringify(first)))).toEqual(presets['mnist']!())
  })

  test('a YAML file written by hand', async () => {
    const yaml = `
name: mnist
data: { type: mnist, perClass: 1000 }
model: { type: mlp, hidden: [784], batchNorm: true }
optimizer: { type: layca, rule: { type: sgd } }
learningRate: { type: steps, initial: ${1 / 9}, at: [90], factor: 0.2 }
epochs: 100
batchSize: 2048
`
    expect(await loadExperiment(file('a.yaml', yaml))).toEqual(presets['mnist']!())
    expect(await loadExperiment(file('a.yml', stringify(presets['mnist']!())))).toEqual(presets['mnist']!())
  })
})

describe('an experiment that cannot be loaded', () => {
  test('neither preset nor file', async () => {
    expect(await failure(() => loadExperiment('mnits'))).toBe(
      'MISSING_FILE: mnits is neither a preset nor a .ts, .js, .yaml or .json file; did you mean "mnist"?',
    )
    expect(await failure(() => loadExperiment('toString'))).toContain('expected mnist')
  })

  test('a file that does not exist', async () => {
    expect(await failure(() => loadExperiment('no/such.ts'))).toBe('MISSING_FILE: no/such.ts does not exist')
    // A file where a folder should be.
    expect(await failure(() => loadExperiment('package.json/such.yaml'))).toBe(
      'MISSING_FILE: package.json/such.yaml does not exist',
    )
    expect(await failure(() => loadExperiment('no/such.json'))).toBe('MISSING_FILE: no/such.json does not exist')
  })

  test('a folder', async () => {
    const folder = join(temporaryFolder(), '..')
    expect(await failure(() => loadExperiment(`${folder}/a.json/..`))).toContain('neither a preset nor')
  })

  test('no default export', async () => {
    const path = file('a.ts', 'export const config = 1')
    expect(await failure(() => loadExperiment(path))).toBe(
      `INVALID_FILE: ${path} has no default export; expected \`export default experiment({ … })\``,
    )
  })

  test('a default export that is not an experiment', async () => {
    const path = file('a.ts', 'export default 42')
    expect(await failure(() => loadExperiment(path))).toBe(
      `INVALID_CONFIG: ${path}: the value is 42; expected an object with name, data, model, optimizer, learningRate, epochs, batchSize`,
    )
  })

  test('an experiment with an error keeps its message', async () => {
    const path = file('a.ts', script.replace('epochs: 100', 'epochs: 0'))
    expect(await failure(() => loadExperiment(path))).toBe(
      'INVALID_CONFIG: experiment "mnist": epochs is 0; expected at least 1',
    )
  })

  test('a syntax error', async () => {
    const path = file('a.ts', 'export default {{')
    expect(await failure(() => loadExperiment(path))).toContain(`INVALID_FILE: ${path} could not be loaded: `)
  })

  test('an exception', async () => {
    const path = file('a.ts', 'throw new TypeError("no luck")')
    expect(await failure(() => loadExperiment(path))).toBe(
      `INVALID_FILE: ${path} could not be loaded: TypeError: no luck`,
    )
  })

  test('broken YAML, by line', async () => {
    const path = file('a.yaml', 'name: x\nname: y\n')
    expect(await failure(() => loadExperiment(path))).toBe(
      `INVALID_FILE: ${path}: line 2, column 1: the key "name" stands twice; expected each once`,
    )
  })

  test('YAML of more than one document', async () => {
    const path = file('a.yaml', 'name: x\n---\nname: y\n')
    expect(await failure(() => loadExperiment(path))).toBe(
      `INVALID_FILE: ${path}: line 2, column 1: a second document begins; expected one experiment, without a line --- after it`,
    )
  })

  test.each(['a.yaml', 'a.json', 'a.ts'])('nothing, in %s', async (name) => {
    for (const content of ['', ' \n\n']) {
      const path = file(name, content)
      expect(await failure(() => loadExperiment(path))).toContain(
        `INVALID_FILE: ${path} is empty; expected an experiment`,
      )
    }
  })

  test.each(['a.yaml', 'a.json'])('another encoding than UTF-8, in %s', async (name) => {
    const path = join(temporaryFolder(), name)
    writeFileSync(path, Buffer.from('{"name": "caf\u00e9"}', 'latin1'))
    expect(await failure(() => loadExperiment(path))).toBe(
      `INVALID_FILE: ${path} cannot be read: it is not UTF-8 text; save it as UTF-8`,
    )
  })

  test('100,000 keys, in a moment', async () => {
    const path = file('a.yaml', Array.from({ length: 100_000 }, (_, i) => `key${i}: 1\n`).join(''))
    const begun = performance.now()
    expect(await failure(() => loadExperiment(path))).toContain('unknown key "key0"')
    expect(performance.now() - begun).toBeLessThan(15_000)
  })

  test('broken JSON, by its place', async () => {
    const path = file('a.json', '{"name": "x",\n "epochs": }')
    expect(await failure(() => loadExperiment(path))).toMatch(
      /^INVALID_FILE: .*a\.json is not valid JSON: Unexpected token '}', .*/,
    )
  })

  test('a JSON key that stands twice, by line', async () => {
    const path = file('a.json', '{"name": "x",\n "seed": 1,\n "epochs": 2,\n "seed": 2}')
    expect(await failure(() => loadExperiment(path))).toBe(
      `INVALID_FILE: ${path} is not valid JSON: line 4: the key "seed" stands twice in one object; remove one`,
    )
  })

  test.each(['utf16le', 'latin1'] as const)('text in %s', async (encoding) => {
    for (const name of ['a.json', 'a.yaml', 'a.ts']) {
      const path = join(temporaryFolder(), name)
      writeFileSync(path, Buffer.from('\ufeff{"name": "caf\u00e9"}'.slice(encoding === 'latin1' ? 1 : 0), encoding))
      const kind = encoding === 'latin1' ? 'not UTF-8' : 'UTF-16'
      expect(await failure(() => loadExperiment(path))).toBe(
        `INVALID_FILE: ${path} cannot be read: it is ${kind} text; save it as UTF-8`,
      )
    }
  })

  test('JSON nested deeper than the stack is high', async () => {
    const nested = (depth: number) => '{"type":"residual","name":"r","layers":['.repeat(depth) + ']}'.repeat(depth)
    const model = (depth: number) => `{"model":{"type":"network","layers":[${nested(depth)}]}}`
    const deep = file('deep.json', model(100))
    expect(await failure(() => loadExperiment(deep))).toContain('residual layers are nested more than 8 deep')
    const deeper = file('deeper.json', model(100_000))
    expect(await failure(() => loadExperiment(deeper))).toContain('it nests deeper than 500 levels')
    const value = file('value.json', `{"epochs":${'['.repeat(100)}${']'.repeat(100)}}`)
    expect(await failure(() => loadExperiment(value))).toMatch(/epochs is \[+…; expected a whole number/)
  })

  test('YAML whose aliases grow without end', async () => {
    const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}]`)
    const path = file('a.yaml', ['l0: &l0 [x]', ...levels].join('\n'))
    expect(await failure(() => loadExperiment(path))).toContain(
      `INVALID_FILE: ${path}: its aliases (*name) repeat too many values; write the values out`,
    )
  })
})
