import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { seeing } from '../files/reading.js'

/** The JSON Schema of an experiment, made from the zod schemas and their doc comments when the package is built. */
export const jsonSchemaFile = fileURLToPath(new URL('../../dist/experiment.schema.json', import.meta.url))

/** A key of an experiment in words. */
export interface DescribedKey {
  key: string
  /** The whole doc comment, a paragraph. */
  description: string
  /** Undefined for a key that an experiment must have. */
  default?: unknown
}

/** The keys of an experiment in the order in which config.json has them. */
export function describedKeys(): DescribedKey[] {
  const { properties } = JSON.parse(seeing(jsonSchemaFile, () => readFileSync(jsonSchemaFile)).toString()) as {
    properties: Record<string, Omit<DescribedKey, 'key'>>
  }
  return Object.entries(properties)
    .filter(([key]) => key !== '$schema')
    .map(([key, { description, ...rest }]) => ({
      key,
      description,
      ...('default' in rest && { default: rest.default }),
    }))
}

/** The first sentence of a description, without its full stop. */
export function summaryOf(description: string): string {
  return /^.*?(?=\.( |$))/.exec(description)?.[0] ?? description
}
