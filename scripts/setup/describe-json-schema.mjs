import { join } from 'node:path'
import ts from 'typescript'
import { root } from './paths.mjs'

/**
 * A part of a JSON Schema, as far as it is read here.
 * @typedef {object} Node
 * @property {string} [description]
 * @property {unknown} [const]
 * @property {unknown} [default]
 * @property {string} [$ref]
 * @property {Record<string, Node>} [$defs]
 * @property {Record<string, Node>} [properties]
 * @property {Node | boolean} [additionalProperties]
 * @property {Node | Node[]} [items]
 * @property {Node[]} [prefixItems]
 * @property {Node[]} [anyOf]
 * @property {Node[]} [oneOf]
 */

/**
 * Adds descriptions to the JSON Schema of an experiment, from the doc comments of the types in src/: to each key
 * that of the property, to each variant of a union the first sentence of the function that makes it.
 *
 * @param {Node} schema is changed
 * @param {ts.Program} program of src/ itself: declaration files keep the comments of a union's members only in part
 * @returns {string[]} the keys whose comment is missing or names another default than the schema has, and what to do
 */
export function describe(schema, program) {
  const checker = program.getTypeChecker()
  const sources = /** @type {ts.SourceFile} */ (program.getSourceFile(join(root, 'src', 'index.ts')))
  const index = checker.getSymbolAtLocation(sources)
  const exported = new Map(
    checker.getExportsOfModule(/** @type {ts.Symbol} */ (index)).map((symbol) => [symbol.name, resolved(symbol)]),
  )
  const input = /** @type {ts.Symbol} */ (exported.get('ExperimentInput'))
  const seen = new Set()
  /** @type {string[]} */
  const problems = []
  visit(schema, checker.getDeclaredTypeOfSymbol(input))
  return problems

  /** @param {ts.Symbol} symbol */
  function resolved(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  }

  /** @param {ts.Symbol} symbol */
  function comment(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/(?<!\n)\n(?!\n)/g, ' ')
  }

  /**
   * @param {Node} given
   * @param {ts.Type} type
   */
  function visit(given, type) {
    const node = given.$ref ? definition(given.$ref) : given
    if (seen.has(node)) return
    seen.add(node)
    const members = membersOf(type)
    for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) visit(branch, type)
    if (node.properties) visitProperties(node, members)
    const elements = members.map((member) => checker.getIndexTypeOfType(member, ts.IndexKind.Number)).find(Boolean)
    for (const item of [node.items, node.prefixItems].flat()) if (item && elements) visit(item, elements)
    const values = members.map((member) => checker.getIndexTypeOfType(member, ts.IndexKind.String)).find(Boolean)
    if (typeof node.additionalProperties === 'object' && values) visit(node.additionalProperties, values)
  }

  /**
   * @param {Node} node
   * @param {ts.Type[]} members
   */
  function visitProperties(node, members) {
    const variant = node.properties?.['type']?.const
    const names = Object.keys(node.properties ?? {})
    const whole = members.filter((member) => names.every((name) => member.getProperty(name)))
    const named = members.filter((member) => literal(member, 'type') === variant)
    // The members of a union have no fixed order, so none but the right ones may give the words.
    const candidates = variant !== undefined ? named : whole.length > 0 ? whole : members
    const maker = typeof variant === 'string' ? exported.get(variant) : undefined
    if (maker) node.description ??= summary(comment(maker))
    for (const [name, property] of Object.entries(node.properties ?? {})) {
      const symbols = candidates.flatMap((member) => member.getProperty(name) ?? [])
      const described = symbols.find((symbol) => comment(symbol) !== '')
      if (described) property.description = comment(described)
      if (name !== 'type') problems.push(...problemsOf(`${variant ?? ''}.${name}`, property, described))
      for (const symbol of symbols) visit(property, checker.getTypeOfSymbol(symbol))
    }
  }

  /**
   * @param {string} place
   * @param {Node} property
   * @param {ts.Symbol | undefined} described
   */
  function problemsOf(place, property, described) {
    if (!described)
      return [`${place} has no doc comment; write one above the key, with the tag @default if it has a default`]
    const tag = described.getJsDocTags(checker).find(({ name }) => name === 'default')
    const [stated, actual] = [ts.displayPartsToString(tag?.text), JSON.stringify(property.default) ?? '']
    if (compact(stated) === compact(actual)) return []
    return [`${place}: @default ${stated}, but the schema has ${actual}; write that as JSON after the tag @default`]
  }

  /** @param {string} reference */
  function definition(reference) {
    return /** @type {Node} */ (schema.$defs?.[reference.replace('#/$defs/', '')])
  }

  /** @param {ts.Type} type */
  function membersOf(type) {
    const present = checker.getNonNullableType(type)
    return present.isUnion() ? present.types : [present]
  }

  /**
   * @param {ts.Type} type
   * @param {string} name
   */
  function literal(type, name) {
    const symbol = type.getProperty(name)
    const value = symbol && checker.getTypeOfSymbol(symbol)
    return value?.isStringLiteral() ? value.value : undefined
  }
}

/**
 * The first sentence of a comment, or its first paragraph where that leads to a formula.
 * @param {string} words
 */
function summary(words) {
  const [paragraph = ''] = words.split('\n\n')
  return /^.*?\.(?= |$)/.exec(paragraph)?.[0] ?? paragraph.replace(/:$/, '.')
}

/** @param {string} json */
const compact = (json) => (json === '' ? '' : JSON.stringify(JSON.parse(json)))
