import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { settings } from '../../src/cli/options.js'
import { experimentSchema } from '../../src/experiment/config.js'
import { describedKeys, jsonSchemaFile, summaryOf } from '../../src/experiment/json-schema.js'
import { presets } from '../../src/experiment/presets.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the command line knows every key of an experiment', () => {
  expect(['name', ...settings]).toEqual(Object.keys(experimentSchema.shape))
})

// The build refuses a key without words, or whose words name another default than the schema has.
describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(jsonSchemaFile, 'utf8')) as z.core.JSONSchema.JSONSchema)

  test.each(Object.entries(presets))('accepts the preset %s', (_, preset) => {
    expect(schema.safeParse(JSON.parse(JSON.stringify(preset()))).success).toBe(true)
  })

  test.each([
    ['a misspelt key', { learnngRate: 1 }],
    ['a number out of range', { epochs: 0 }],
    ['an unknown type', { optimizer: { type: 'adm' } }],
    ['an unknown option', { optimizer: { type: 'adam', beta: 1 } }],
  ])('refuses %s', (_, change) => {
    const config: unknown = JSON.parse(JSON.stringify(presets['mnist']!()))
    expect(schema.safeParse({ ...(config as object), ...change }).success).toBe(false)
  })
})

test('the JSON Schema refuses empty rules and groups, as the program does', () => {
  const { properties } = JSON.parse(readFileSync(jsonSchemaFile, 'utf8')) as z.core.JSONSchema.JSONSchema
  const { stopping, groups } = properties as Record<string, z.core.JSONSchema.JSONSchema>
  expect(stopping!.anyOf?.[0]).toMatchObject({ type: 'object', minProperties: 1 })
  const group = groups!.items as z.core.JSONSchema.JSONSchema
  expect(group).toMatchObject({ minProperties: 2, properties: { match: { minProperties: 1 } } })
})

test('docs/experiment.md has every key with a default, in the words of the schema', () => {
  const page = readFileSync(join(root, 'docs', 'experiment.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` +\| `([^`]+)` +\| (.*?) *\|$/gm)].map(([, ...cells]) => cells)
  const expected = describedKeys()
    .filter((key) => 'default' in key)
    .map((key) => [key.key, JSON.stringify(key.default), summaryOf(key.description)])
  expect(rows).toEqual(expected)
})

/** Expressions, each with a | where an editor is asked for completions, and the keys that it is to offer there. */
const expressions: [expression: string, keys: string[]][] = [
  ['rotation.experiment({ | })', Object.keys(experimentSchema.shape)],
  [
    'rotation.experiment({ augmentation: { | } })',
    ['shift', 'flip', 'crop', 'randAugment', 'cutout', 'randomErasing', 'mixing'],
  ],
  ['rotation.experiment({ record: { | } })', ['steps', 'neurons', 'spectral', 'references']],
  ['rotation.experiment({ stopping: { | } })', ['notWorking', 'finished', 'converged', 'early']],
  ['rotation.experiment({ groups: [{ match: { | } }] })', ['layers', 'kind', 'parameters']],
  ['rotation.adam({ | })', ['beta1', 'beta2', 'epsilon', 'epsilonHat', 'amsgrad']],
  ['rotation.layca(rotation.sgd(), { | })', ['per']],
  ['rotation.cosine(1, { | })', ['final', 'epochs', 'restarts']],
  ['rotation.cifar10({ | })', ['folder', 'perClass']],
  ['rotation.resnet18({ | })', ['blocks', 'width', 'classes']],
  ['rotation.conv({ | })', ['name', 'filters', 'kernel', 'stride', 'padding', 'groups', 'bias', 'init', 'biasInit']],
  ['rotation.l2(1e-3, { | })', ['except']],
]

/** A program that imports the built package, with an expression on each line, so that TypeScript reads it once. */
const program = {
  file: join(root, 'completions.ts'),
  lines: ["import * as rotation from './dist/index.js'", ...expressions.map(([expression]) => expression)],
}
const source = program.lines.join('\n').replaceAll('|', '')

const service = ts.createLanguageService({
  getScriptFileNames: () => [program.file],
  getScriptVersion: () => '',
  getScriptSnapshot: (name) =>
    ts.ScriptSnapshot.fromString(name === program.file ? source : (ts.sys.readFile(name) ?? '')),
  getCurrentDirectory: () => root,
  getCompilationSettings: () => ({
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: [],
  }),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === program.file || ts.sys.fileExists(name),
  readFile: (name) => ts.sys.readFile(name),
  directoryExists: (name) => ts.sys.directoryExists(name),
})

/** The completions that an editor offers at the `|` of an expression. */
function completions(expression: string): { name: string; words: string; defaultTag: string | undefined }[] {
  const before = program.lines.slice(0, program.lines.indexOf(expression)).join('\n')
  const position = before.replaceAll('|', '').length + '\n'.length + expression.indexOf('|')
  const entries = service.getCompletionsAtPosition(program.file, position, {})?.entries ?? []
  return entries
    .filter(({ kind }) => kind === ts.ScriptElementKind.memberVariableElement)
    .map(({ name }) => {
      const details = service.getCompletionEntryDetails(program.file, position, name, {}, undefined, {}, undefined)
      const tag = details?.tags?.find((candidate) => candidate.name === 'default')
      return {
        name,
        words: ts.displayPartsToString(details?.documentation),
        defaultTag: tag && ts.displayPartsToString(tag.text),
      }
    })
}

describe('an editor completes', () => {
  test.each(expressions)('%s with words for each key', (expression, keys) => {
    const found = completions(expression)
    expect(found.map(({ name }) => name).sort()).toEqual([...keys].sort())
    expect(found.filter(({ words }) => words === '')).toEqual([])
  })

  test('the defaults of an experiment', () => {
    const defaults = describedKeys().filter((key) => 'default' in key)
    const stated = completions('rotation.experiment({ | })').filter(({ defaultTag }) => defaultTag !== undefined)
    expect(
      Object.fromEntries(stated.map(({ name, defaultTag }) => [name, JSON.parse(defaultTag!) as unknown])),
    ).toEqual(Object.fromEntries(defaults.map((key) => [key.key, key.default])))
  })
})
