import { optimizerSchema } from '../optimizer/optimizer.js'
import type { AxisValue } from './study-config.js'
import { axisTitle, valueText } from './value-text.js'

/**
 * Labels for the values on one axis, all different. Objects of several types have their type's name; those of one type are told
 * apart by options in which they differ, such as `dense0 units 64` of a network. An optimizer has its usual name.
 *
 * @param values all different
 */
export function valueLabels(axis: string, values: readonly AxisValue[]): string[] {
  const texts = values.map((value) => valueText(axis, value))
  const isShared = (text: string) => texts.indexOf(text) !== texts.lastIndexOf(text)
  const exact = texts.map((text, i) => (typeof values[i] === 'number' && isShared(text) ? String(values[i]) : text))
  const ranked = [...(values.every(isOptimizer) ? [texts] : []), byDifferences(values, texts), texts, exact]
  return ranked.find((labels) => new Set(labels).size === values.length) ?? texts.map((text, i) => `${text} (${i + 1})`)
}

type Options = { readonly [key: string]: AxisValue }

const isObject = (value: AxisValue): value is Options =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isOptimizer = (value: AxisValue): boolean => optimizerSchema.safeParse(value).success

/** The most options that a label gives. */
const mostOptions = 3

/** @param texts the labels of values that are no objects */
function byDifferences(values: readonly AxisValue[], texts: readonly string[]): string[] {
  const objects = values.filter(isObject)
  const types = new Set(objects.map(({ type }) => type))
  const isOneType = types.size === 1 && objects.length === values.length
  const labels = new Map<AxisValue, string>()
  for (const type of types) {
    const alike = objects.filter((object) => object['type'] === type)
    const name = typeof type === 'string' && !isOneType ? type : ''
    const options = differingOptions(alike)
    alike.forEach((object, i) => {
      const parts = [name, name !== '' && options[i] !== '' ? `(${options[i]})` : options[i]!]
      labels.set(object, parts.filter((part) => part !== '').join(' '))
    })
  }
  return values.map((value, i) => labels.get(value) || texts[i]!)
}

/** The few options that tell objects apart, as a text for each: those by which most of them differ come first. */
function differingOptions(objects: readonly Options[]): string[] {
  const all = objects.map((object) => leavesOf(object))
  const paths = [...new Set(all.flatMap((leaves) => [...leaves.keys()]))]
  const texts = (chosen: readonly string[]) =>
    all.map((leaves) => chosen.flatMap((path) => leaves.get(path) ?? []).join(', '))
  const kinds = (chosen: readonly string[]) => new Set(texts(chosen)).size
  let chosen: string[] = []
  while (chosen.length < mostOptions && kinds(chosen) < objects.length) {
    const [best] = paths
      .map((path) => [...chosen, path])
      .map((paths) => ({ paths, kinds: kinds(paths) }))
      .sort((a, b) => b.kinds - a.kinds)
    if (best === undefined || best.kinds === kinds(chosen)) break
    chosen = best.paths
  }
  return texts(chosen)
}

/** The options inside an object by path, each as a text with its value: `units 64`, and `dense0 units 64` in the layer `dense0`. */
function leavesOf(value: AxisValue, path = '', owner = '', into = new Map<string, string>()): Map<string, string> {
  const below = (key: string) => (path === '' ? key : `${path}.${key}`)
  const words = (text: string) => (owner === '' ? text : `${owner} ${text}`)
  if (isObject(value)) {
    const name = typeof value['name'] === 'string' ? value['name'] : owner
    for (const [key, inner] of Object.entries(value)) if (key !== 'name') leavesOf(inner, below(key), name, into)
  } else if (Array.isArray(value) && value.some(isObject)) {
    const list: readonly AxisValue[] = value
    into.set(path, words(`${list.length} ${axisTitle(path)}`))
    for (const [i, inner] of list.entries()) {
      const { name } = isObject(inner) ? inner : {}
      leavesOf(inner, below(typeof name === 'string' ? name : String(i)), owner, into)
    }
  } else {
    into.set(path, words(`${axisTitle(path)} ${valueText(path, value)}`))
  }
  return into
}
