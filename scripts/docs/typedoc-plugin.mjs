import { dirname, relative } from 'node:path'
import { Comment, CommentTag, Converter, ReflectionKind, UnknownType } from 'typedoc'
import ts from 'typescript'
import { root } from '../setup/paths.mjs'

/** Categories of the reference by the folders of src/ whose exports they hold, the deepest first. */
const categories = /** @type {const} */ ([
  ['src/optimizer/rules', 'Update rules'],
  ['src/optimizer/controls', 'Controls'],
  ['src/optimizer', 'Update rules'],
  ['src/schedule/multipliers', 'Multipliers of the rate'],
  ['src/schedule', 'Learning rates'],
  ['src/model/zoo', 'Networks'],
  ['src/model', 'Layers and networks'],
  ['src/data', 'Data'],
  ['src/loss', 'Losses and decay'],
  ['src/regularization', 'Losses and decay'],
  ['src/groups', 'Groups of parameters'],
  ['src/stopping', 'Experiments'],
  ['src/experiment', 'Experiments'],
  ['src/train', 'Training'],
  ['src/evaluation', 'Evaluation'],
  ['src/loggers', 'Loggers'],
  ['src/run', 'Runs'],
  ['src/rotation', 'Rotation'],
  ['src/study', 'Studies'],
  ['src/sweep', 'Studies'],
  ['src/tune', 'Finding settings'],
  ['src/find-rate', 'Finding settings'],
  ['src/measure', 'Checkpoints of other programs'],
  ['src/report', 'Reports and figures'],
  ['src/figure', 'Reports and figures'],
  ['src/watch', 'Live page'],
  ['src/paper', "The paper's experiments"],
  ['src/weights', 'Weights'],
  ['src', 'The package'],
])

/**
 * A plugin of typedoc for what it cannot know of this package: configs and the functions that make them have the keys of their
 * schemas, and folders are topics.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const declaration = context.getSymbolFromReflection(reflection)?.declarations?.[0]
    if (declaration === undefined) return
    if (ts.isPropertySignature(declaration)) name(reflection, context, declaration.type)
    if (!reflection.parent?.isProject()) return
    reflection.comment ??= new Comment()
    reflection.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: categoryOf(declaration) }]))
    const table =
      reflection.kind === ReflectionKind.Variable ? optionsTable : isInferred(declaration) ? keysTable : undefined
    const words = table?.(context.checker, declaration) ?? ''
    if (words !== '') reflection.comment.summary.push({ kind: 'text', text: `\n\n${words}` })
    if (reflection.kind === ReflectionKind.Variable && words !== '')
      reflection.type = signatureOf(context.checker, declaration)
  })
  app.converter.on(Converter.EVENT_CREATE_SIGNATURE, (context, signature, declaration) => {
    name(signature, context, declaration?.type)
    for (const [i, parameter] of (signature.parameters ?? []).entries()) {
      const node = declaration?.parameters[i]
      if (node !== undefined && ts.isParameter(node)) name(parameter, context, node.type)
    }
  })

  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const { comment } of Object.values(project.reflections)) {
      for (const part of [comment?.summary, ...(comment?.blockTags.map(({ content }) => content) ?? [])].flat()) {
        if (part?.kind === 'text') part.text = withoutTags(part.text)
      }
    }
  })

  /**
   * Gives a reflection the type by the name that the source has; typedoc would spell out configs, whose names say more.
   * @param {{ type?: import('typedoc').SomeType }} reflection
   * @param {import('typedoc').Context} context
   * @param {ts.Node | undefined} node
   */
  function name(reflection, context, node) {
    const members = node !== undefined && ts.isUnionTypeNode(node) ? [...node.types] : [node]
    const [member, ...others] = members.filter((one) => one?.kind !== ts.SyntaxKind.UndefinedKeyword)
    if (member === undefined || others.length > 0 || !ts.isTypeReferenceNode(member)) return
    reflection.type = app.converter.convertType(context, member)
  }
}

/** Words in angle brackets, such as <reference>, would be tags in Markdown; code keeps them. @param {string} text */
const withoutTags = (text) =>
  text
    .split('\n')
    .map((line) =>
      line.startsWith('    ')
        ? line
        : line.replace(/`[^`]*`|<(?=[a-z/])/gi, (found) => (found === '<' ? '&lt;' : found)),
    )
    .join('\n')

/** @param {ts.Declaration} declaration */
function categoryOf(declaration) {
  const folder = dirname(relative(root, declaration.getSourceFile().fileName))
  return categories.find(([path]) => folder === path || folder.startsWith(`${path}/`))?.[1] ?? 'The package'
}

/** Tells a type that is computed from a schema, such as `z.output<typeof schema>`. @param {ts.Declaration} declaration */
const isInferred = (declaration) =>
  (ts.isTypeAliasDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) &&
  declaration.getText().includes('<typeof ')

/**
 * The keys of a config; of a union the types that it has.
 * @param {ts.TypeChecker} checker
 * @param {ts.Declaration} declaration
 */
function keysTable(checker, declaration) {
  const type = checker.getTypeAtLocation(declaration)
  if (!type.isUnion())
    return tableOf(
      'Key',
      keysOf(type).map((key) => row(checker, key, declaration)),
    )
  const types = type.types.flatMap((member) => {
    const key = member.getProperty('type')
    return key === undefined ? [] : [checker.typeToString(checker.getTypeOfSymbol(key))]
  })
  return types.length === 0 ? '' : `One of the configs of type ${types.map((name) => `\`${name}\``).join(', ')}.`
}

/** The type of a function that a schema makes, in short. @param {ts.TypeChecker} checker @param {ts.Declaration} declaration */
function signatureOf(checker, declaration) {
  const [signature] = checker.getTypeAtLocation(declaration).getCallSignatures()
  const words = signature?.parameters.map((parameter) => {
    const type = checker.getTypeOfSymbolAtLocation(parameter, declaration)
    const isOptional = checker.isTupleType(type) && /^\[.*\?:/s.test(checker.typeToString(type))
    return `${parameter.name}${isOptional ? '?' : ''}`
  })
  return new UnknownType(`(${words?.join(', ')}) => object`)
}

/**
 * The arguments of a function that a schema makes, with the keys of its options.
 * @param {ts.TypeChecker} checker
 * @param {ts.Declaration} declaration
 * @returns {string} Markdown; '' for what is no function
 */
function optionsTable(checker, declaration) {
  const [signature] = checker.getTypeAtLocation(declaration).getCallSignatures()
  if (signature === undefined) return ''
  const rows = signature.parameters.flatMap((parameter) => {
    const types = argumentTypes(checker, checker.getTypeOfSymbolAtLocation(parameter, declaration))
    return types.flatMap((type) => keysOf(type).map((key) => row(checker, key, declaration)))
  })
  return tableOf('Option', rows)
}

/** @param {string} heading @param {string[]} rows */
const tableOf = (heading, rows) =>
  rows.length === 0 ? '' : [`| ${heading} | Type | Meaning |`, '| --- | --- | --- |', ...rows].join('\n')

/** The types of one argument, or of those that a rest argument stands for. @param {ts.TypeChecker} checker @param {ts.Type} type */
function argumentTypes(checker, type) {
  return checker.isTupleType(type) ? checker.getTypeArguments(/** @type {ts.TypeReference} */ (type)) : [type]
}

/** The keys of an options object. @param {ts.Type} type */
function keysOf(type) {
  const object = type.isUnion() ? type.types.find((member) => member.flags & ts.TypeFlags.Object) : type
  const isPlain =
    object !== undefined && (object.flags & ts.TypeFlags.Object) !== 0 && object.getCallSignatures().length === 0
  if (!isPlain || (type.isUnion() && type.types.filter((member) => member.flags & ts.TypeFlags.Object).length > 1))
    return []
  return object
    .getProperties()
    .filter(({ valueDeclaration }) => !valueDeclaration?.getSourceFile().fileName.includes('/lib.'))
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.Symbol} key
 * @param {ts.Declaration} declaration
 */
function row(checker, key, declaration) {
  const type = checker.typeToString(
    checker.getTypeOfSymbolAtLocation(key, declaration),
    undefined,
    ts.TypeFormatFlags.None,
  )
  const words = ts.displayPartsToString(key.getDocumentationComment(checker)).replaceAll('\n', ' ')
  const initial = key.getJsDocTags(checker).find(({ name }) => name === 'default')
  const value = initial === undefined ? '' : ` Default: \`${ts.displayPartsToString(initial.text)}\`.`
  const isOptional = (key.flags & ts.SymbolFlags.Optional) !== 0
  const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|')
  return `| \`${key.name}${isOptional ? '?' : ''}\` | \`${cell(type.replace(/ \| undefined$/, ''))}\` | ${cell(`${words}${value}`)} |`
}
