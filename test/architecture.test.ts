import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The folders that each folder may import, type imports included. Files of `src/` and `native/` stand for themselves. */
const allowed: Record<string, string> = {
  'src/index.ts':
    'experiment data model loss regularization optimizer groups schedule stopping train loggers evaluation run rotation weights ' +
    'measure native report figure study sweep tune find-rate paper watch errors.ts shape.ts',
  'src/cli':
    'watch paper find-rate tune sweep evaluation train processes loggers study report figure run text experiment schedule model data ' +
    'optimizer measure native lock files ' +
    'validation errors.ts numbers.ts printable.ts shape.ts shell-word.ts version.ts working-folder.ts',
  'src/paper':
    'sweep study report figure train run text experiment regularization stopping optimizer schedule model data loss rotation files ' +
    'validation errors.ts numbers.ts random.ts',
  'src/watch': 'study figure run text experiment model rotation files validation errors.ts interrupted.ts version.ts',
  'src/report': 'figure study measure run text experiment rotation files validation errors.ts numbers.ts printable.ts',
  'src/figure':
    'study measure run text experiment groups schedule model rotation files validation errors.ts numbers.ts',
  'src/find-rate':
    'tune train figure experiment native schedule rotation files validation errors.ts version.ts working-folder.ts',
  'src/tune':
    'sweep study train run experiment schedule data rotation files validation errors.ts numbers.ts random.ts version.ts ' +
    'working-folder.ts',
  'src/sweep':
    'study train run experiment model data lock files validation errors.ts interrupted.ts numbers.ts printable.ts shell-word.ts version.ts ' +
    'working-folder.ts',
  'src/study':
    'run text experiment optimizer rotation lock files validation errors.ts numbers.ts printable.ts version.ts',
  'src/evaluation':
    'train figure run text experiment groups native model optimizer data files validation errors.ts interrupted.ts memory.ts ' +
    'numbers.ts shape.ts',
  'src/train':
    'processes loggers run text experiment groups regularization stopping native schedule model data rotation weights validation ' +
    'errors.ts memory.ts numbers.ts random.ts working-folder.ts',
  'src/processes': 'native errors.ts version.ts',
  'src/loggers':
    'report figure run experiment data lock files validation errors.ts interrupted.ts shell-word.ts version.ts',
  'src/run':
    'experiment native stopping model rotation weights lock files validation errors.ts printable.ts version.ts working-folder.ts',
  'src/text': 'experiment optimizer schedule model data numbers.ts',
  'src/experiment':
    'groups regularization stopping optimizer schedule model data loss rotation files validation errors.ts printable.ts',
  'src/groups': 'regularization native optimizer model data validation shape.ts',
  'src/regularization': 'native validation',
  'src/stopping': 'validation numbers.ts',
  'src/native': 'optimizer model data loss rotation errors.ts memory.ts working-folder.ts',
  'src/optimizer': 'validation',
  'src/schedule': 'model validation errors.ts numbers.ts',
  'src/model': 'files validation errors.ts shape.ts',
  'src/data': 'lock files validation errors.ts interrupted.ts memory.ts numbers.ts random.ts shape.ts version.ts',
  'src/loss': 'validation',
  'src/rotation': 'validation errors.ts',
  'src/measure':
    'checkpoints native rotation files validation errors.ts interrupted.ts numbers.ts printable.ts shape.ts',
  'src/checkpoints': 'weights native files validation errors.ts numbers.ts shape.ts',
  'src/weights': 'native files validation errors.ts memory.ts shape.ts',
  'src/lock': 'files interrupted.ts',
  'src/interrupted.ts': 'errors.ts',
  'src/files': 'errors.ts printable.ts',
  'src/validation': 'errors.ts',
  'src/errors.ts': 'printable.ts',
  'src/memory.ts': 'errors.ts numbers.ts',
  'src/working-folder.ts': 'errors.ts',
  'native/addon.cpp': 'bridge',
  'native/bridge':
    'testing checkpoint engine processes model optimizer device runtime arguments error.h libtorch_version.h',
  'native/checkpoint': 'rotation device runtime error.h',
  'native/testing': 'engine optimizer data epoch rotation device runtime error.h',
  'native/engine': 'processes model optimizer data epoch rotation device runtime error.h',
  'native/processes': 'runtime error.h',
  'native/model': 'data epoch device arguments error.h',
  'native/optimizer': 'epoch rotation device',
  'native/data': 'epoch device',
  'native/epoch': 'rotation device',
  'native/rotation': 'runtime device error.h',
  'native/runtime': 'device error.h',
  'native/device': 'error.h',
  'native/arguments': 'error.h',
}

interface Import {
  file: string
  imported: string
  isDynamic: boolean
}

const imports = [...importsIn('src'), ...importsIn('native')]

describe('folders', () => {
  test('import only the folders below them', () => {
    const arrows = imports.map(({ file, imported }) => [folderOf(file), folderOf(imported)] as const)
    const wrong = arrows.filter(([from, to]) => from !== to && !allows(from, to))
    expect([...new Set(wrong.map((arrow) => arrow.join(' -> ')))]).toEqual([
      // A module of the user imports the package that loads it.
      'src/experiment -> src/index.ts',
    ])
  })

  test('are allowed no circle', () => {
    const next = (folder: string) => targetsOf(folder)
    expect(circles(Object.keys(allowed), next)).toEqual([])
  })

  test('use every arrow that they are allowed', () => {
    const used = new Set(imports.map(({ file, imported }) => `${folderOf(file)} -> ${folderOf(imported)}`))
    const unused = Object.keys(allowed).flatMap((folder) =>
      targetsOf(folder)
        .map((target) => `${folder} -> ${target}`)
        .filter((arrow) => !used.has(arrow)),
    )
    expect(unused).toEqual([])
  })
})

describe('files', () => {
  test('import each other in no circle', () => {
    const graph = new Map<string, string[]>()
    for (const { file, imported, isDynamic } of imports) {
      if (!isDynamic) graph.set(file, [...(graph.get(file) ?? []), imported])
    }
    expect(circles([...graph.keys()], (file) => graph.get(file) ?? [])).toEqual([])
  })

  test('import each other in one circle by a dynamic import, which is there by design', () => {
    const dynamic = imports.filter(({ imported, isDynamic }) => isDynamic && imported === 'src/index.ts')
    expect(dynamic.map(({ file }) => file)).toEqual(['src/experiment/load-experiment.ts'])
  })
})

function importsIn(folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  const known = new Set(files)
  return files
    .filter((file) => /\.(tsx?|h|cpp|cu|cuh)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return /\.tsx?$/.test(file) ? importsOfTypeScript(file, text, known) : includesOf(file, text)
    })
    .filter(({ imported }) => known.has(imported))
}

function importsOfTypeScript(file: string, text: string, known: ReadonlySet<string>): Import[] {
  return [...text.matchAll(/\b(from|import|import\()\s*'(\.[^']+)\.js'/g)].map(([, how, path]) => {
    const imported = normalize(join(dirname(file), path!))
    return {
      file,
      imported: `${imported}.${known.has(`${imported}.tsx`) ? 'tsx' : 'ts'}`,
      isDynamic: how === 'import(',
    }
  })
}

function includesOf(file: string, text: string): Import[] {
  return [...text.matchAll(/#include "([^"]+)"/g)].map(([, path]) => ({
    file,
    imported: normalize(join(dirname(file), path!)),
    isDynamic: false,
  }))
}

/** `src/cli` for all files in it; a file of `src/` or `native/` itself. */
function folderOf(file: string): string {
  return file.split('/').slice(0, 2).join('/')
}

function targetsOf(folder: string): string[] {
  const [language] = folder.split('/')
  return (allowed[folder]?.split(' ') ?? []).map((target) => `${language}/${target}`)
}

function allows(from: string, to: string): boolean {
  return targetsOf(from).includes(to)
}

/** A path for each node that leads back to itself. */
function circles(nodes: readonly string[], next: (node: string) => readonly string[]): string[] {
  const done = new Set<string>()
  const found: string[] = []
  const visit = (node: string, path: readonly string[]) => {
    if (path.includes(node)) found.push([...path.slice(path.indexOf(node)), node].join(' -> '))
    if (done.has(node) || path.includes(node)) return
    for (const target of next(node)) visit(target, [...path, node])
    done.add(node)
  }
  for (const node of nodes) visit(node, [])
  return found
}
