import { parquetSchema, type SchemaElement } from 'hyparquet'
import type { ParquetFile } from './parquet-file.js'

type Node = ReturnType<typeof parquetSchema>

/** A column of numbers or bytes, at any depth below a column of the table. */
export interface Column {
  /** The name of the column of the table. */
  name: string
  leaf: SchemaElement
  /** Its place in the file: the names from the table's column down to it. */
  place: string
  /** Lists around each value. */
  lists: number
  /** The level of a value that is there; less stands for null, or for an empty list. */
  present: number
}

/** The names that data sets of Hugging Face give to the columns, in the order in which they are looked for. */
const usualNames = {
  images: ['image', 'img', 'images'],
  labels: ['label', 'labels', 'fine_label'],
} as const

/**
 * Finds the column of images or labels: the named one, or the first that has a usual name.
 *
 * @throws {Error} if there is none
 */
export function findColumn(file: ParquetFile, name: string | undefined, kind: keyof typeof usualNames): Column {
  const { children } = parquetSchema(file.metadata)
  const wanted = name === undefined ? usualNames[kind] : [name]
  const column = wanted.map((one) => children.find(({ element }) => element.name === one)).find((one) => one)
  if (column !== undefined) {
    const { name } = column.element
    const same = children.filter(({ element }) => element.name === name)
    if (same.length === 1) return below(column)
    throw new Error(`it has ${same.length} columns ${name}; expected names that differ`)
  }
  if (children.length === 0) throw new Error('it has no columns')
  const names = children.slice(0, 20).map(({ element }) => element.name)
  const expected = `expected one of ${names.join(', ')}${children.length > 20 ? ', …' : ''}`
  if (name !== undefined) throw new Error(`it has no column ${name}; ${expected}`)
  throw new Error(
    `it has no column ${wanted.join(', ')}; name that of the ${kind} behind the file, as ${file.path}/column: ${expected}`,
  )
}

/** Goes down from a column of the table to its values: through lists, and to the bytes of an image beside its path. */
function below(column: Node): Column {
  const { name } = column.element
  let [node, lists, present] = [column, 0, 0]
  const place = []
  for (let depth = 0; ; depth++) {
    const { element, children } = node
    place.push(element.name)
    if (element.repetition_type === 'REPEATED') lists++
    if (element.repetition_type !== 'REQUIRED') present++
    if (children.length === 0) return { name, leaf: element, place: place.join('.'), lists, present }
    const bytes = depth === 0 ? children.find((child) => child.element.name === 'bytes') : undefined
    const next = bytes ?? (children.length === 1 ? children[0] : undefined)
    if (next === undefined || depth > 16) {
      const fields = children.slice(0, 10).map((child) => child.element.name)
      throw new Error(
        `its column ${name} is a structure of ${fields.join(', ')}; expected lists of pixels, encoded images, or {bytes, path}`,
      )
    }
    node = next
  }
}
