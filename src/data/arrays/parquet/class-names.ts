import { z } from 'zod'
import type { ParquetFile } from './parquet-file.js'

/** The part of the description of a data set of Hugging Face that names the classes of a column. */
const schema = z.object({
  info: z.object({ features: z.record(z.string(), z.object({ names: z.array(z.string()).optional() }).catch({})) }),
})

/** Returns the names that Hugging Face's `ClassLabel` gives to the classes of a column; undefined without one. */
export function classNamesIn({ metadata }: ParquetFile, column: string): string[] | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
  if (text === undefined) return undefined
  try {
    const { features } = schema.parse(JSON.parse(text)).info
    return Object.hasOwn(features, column) ? features[column]?.names : undefined
  } catch {
    return undefined // no description of Hugging Face
  }
}
