import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe } from './describe-json-schema.mjs'
import { root } from './paths.mjs'

/** The file of the package that describes experiments to editors and to `run --help`. */
const schemaFile = join(root, 'dist', 'experiment.schema.json')

/**
 * Writes the JSON Schema of an experiment, every key of which must have words.
 * @param {import('typescript').Program} program of src/, which is compiled
 * @returns {Promise<string[]>} the keys that lack them; if there are any, nothing is written
 */
export async function writeJsonSchema(program) {
  const schema = await constraints()
  const problems = describe(/** @type {import('./describe-json-schema.mjs').Node} */ (schema), program)
  // A JSON file names its schema by this key, which is not a setting.
  const properties = { $schema: { type: 'string' }, ...schema.properties }
  const described = { title: 'An experiment of layer-rotation', ...schema, properties }
  if (problems.length === 0) writeFileSync(schemaFile, JSON.stringify(described, null, 1))
  return [...new Set(problems)]
}

/**
 * Makes the JSON Schema of an experiment without its words: constraints and defaults are those of the compiled zod schemas. The
 * descriptions are the doc comments that an editor shows for the same keys in TypeScript, so that the words exist once.
 */
async function constraints() {
  const { z } = await import('zod')
  const load = async (/** @type {string} */ file) => import(pathToFileURL(join(root, 'dist', file)).href)
  const { experimentSchema } = await load('experiment/config.js')
  const { modelForms, modelSchema } = await load('model/model.js')
  /** @type {import('zod').z.core.ToJSONSchemaParams} */
  const settings = {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves out the defaults of values that are transformed, and the keys' own defaults of a whole object.
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue
      if (zodSchema instanceof z.ZodPrefault) jsonSchema.default = zodSchema.parse(undefined)
      // The schema chooses among its forms by a function, which zod cannot describe.
      if (zodSchema === modelSchema) Object.assign(jsonSchema, { anyOf })
    },
  }
  // Residual layers hold layers, to which the forms of a model refer by these definitions.
  const { anyOf, $defs } = z.toJSONSchema(z.union(modelForms()), settings)
  const schema = z.toJSONSchema(experimentSchema, settings)
  schema.$defs = { ...schema.$defs, ...$defs }
  return schema
}
