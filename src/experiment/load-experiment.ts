import { extname, resolve } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { parseJson } from '../files/json.js'
import { reading } from '../files/reading.js'
import { readText } from '../files/read-text.js'
import { suggestion } from '../validation/nearest.js'
import { validate } from '../validation/validate.js'
import type { ExperimentConfig } from './config.js'
import { completeExperiment } from './experiment.js'
import { override } from './overrides.js'
import { presets } from './presets.js'
import { parseYaml, YamlError } from './yaml.js'

const argumentsSchema = z.object({ nameOrFile: z.string(), assignments: z.array(z.string()) })

/**
 * Loads a preset by its name, or an experiment from a file: .ts or .js with a default export, .yaml or .json, such as a run's
 * config.json.
 *
 * @param assignments `path=value` each, as `override` takes them
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, INVALID_CONFIG
 */
export async function loadExperiment(
  nameOrFile: string,
  assignments: readonly string[] = [],
): Promise<ExperimentConfig> {
  validate(argumentsSchema, { nameOrFile, assignments }, 'loadExperiment')
  // Validated first, so that overrides find the defaults in place and an error in the file is not blamed on them.
  const written = completeExperiment(await readDefinition(nameOrFile), nameOrFile)
  if (assignments.length === 0) return written
  return completeExperiment(await override(written, assignments), nameOrFile)
}

/**
 * Reads a preset or a file without checking what it defines.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE; INVALID_CONFIG from a module that makes an invalid experiment
 */
export async function readDefinition(nameOrFile: string): Promise<unknown> {
  if (Object.hasOwn(presets, nameOrFile)) return presets[nameOrFile]!()
  switch (extname(nameOrFile)) {
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return readModule(nameOrFile)
    case '.yaml':
    case '.yml':
      return readYaml(nameOrFile)
    case '.json':
      return readJson(nameOrFile)
    default: {
      const hint = suggestion(nameOrFile, Object.keys(presets))
      const message = `${nameOrFile || '""'} is neither a preset nor a .ts, .js, .yaml or .json file${hint}`
      throw new LayerRotationError('MISSING_FILE', message)
    }
  }
}

async function readYaml(file: string): Promise<unknown> {
  const text = await textOf(file)
  try {
    return withoutSchemaKey(await parseYaml(text))
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause
    throw new LayerRotationError('INVALID_FILE', `${file}: ${cause.message}`, { cause })
  }
}

/** Reads JSON as JSON, not as YAML: JSON may nest as deep as it likes. */
async function readJson(file: string): Promise<unknown> {
  return withoutSchemaKey(parseJson(await textOf(file), file))
}

/** Drops the key by which an editor finds the JSON Schema of a file. */
function withoutSchemaKey(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || !('$schema' in written)) return written
  return Object.fromEntries(Object.entries(written).filter(([key]) => key !== '$schema'))
}

async function readModule(file: string): Promise<unknown> {
  await textOf(file)
  const exported = await importModule(file)
  if (!('default' in exported)) {
    const message = `${file} has no default export; expected \`export default experiment({ … })\``
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return exported.default
}

/** Runs a TypeScript or JavaScript module, in which `layer-rotation` is this very package. */
async function importModule(file: string): Promise<object> {
  const { createJiti } = await import('jiti')
  const virtualModules = { 'layer-rotation': await import('../index.js') }
  try {
    const jiti = createJiti(import.meta.url, { virtualModules, interopDefault: false, fsCache: false })
    return await jiti.import<object>(resolve(file))
  } catch (cause) {
    if (cause instanceof LayerRotationError) throw cause
    throw new LayerRotationError('INVALID_FILE', `${file} could not be loaded: ${String(cause)}`, { cause })
  }
}

/** The largest file in bytes; a table with a rate for every step of a long run has a few million. */
const largestExperiment = 2 ** 24

/** @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
async function textOf(file: string): Promise<string> {
  const text = await reading(file, () => readText(file, largestExperiment))
  if (text.trim() !== '') return text
  const message = `${file} is empty; expected an experiment, such as \`layer-rotation run mnist --print-config\` prints`
  throw new LayerRotationError('INVALID_FILE', message)
}
