import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import * as api from '../src/index.js'

const root = fileURLToPath(new URL('..', import.meta.url))

const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** Declarations that parts of programs take for granted, on the line of a module before them. */
const surroundings = [
  `import { ${Object.keys(api).join(', ')} } from 'layer-rotation'`,
  "import type { ExperimentConfig, ExperimentInput } from 'layer-rotation'",
  'declare const config: ExperimentConfig',
  'declare const images: Uint8Array, labels: number[], testImages: Uint8Array, testLabels: number[]',
].join('; ')

/** A module of a block, which may be a program, keys of an experiment, or some statements. */
function moduleOf(code: string): string {
  if (code.startsWith('import ')) return code
  const isKeys = /^\w+: /.test(code)
  return isKeys
    ? `${surroundings}; export const keys: Partial<ExperimentInput> = {\n${code}}\n`
    : `${surroundings}\n${code}`
}

/** The TypeScript of the documents, by the path of a module that would hold it. */
const modules = new Map(
  documents.flatMap((document) =>
    Array.from(readFileSync(join(root, document), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code!).map(
      (code, i) => [join(root, `${basename(document, '.md')}-${i + 1}.ts`), moduleOf(code)] as const,
    ),
  ),
)

test('the TypeScript in README and docs has no wrong types', () => {
  expect(modules.size).toBeGreaterThan(20)
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config,
    ts.sys,
    root,
  )
  const own: ts.CompilerOptions = { ...options, noUnusedLocals: false }
  const host = ts.createCompilerHost(own)
  host.readFile = (file) => modules.get(file) ?? ts.sys.readFile(file)
  host.fileExists = (file) => modules.has(file) || ts.sys.fileExists(file)
  const program = ts.createProgram([...modules.keys()], own, host)
  const problems = [...modules.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start = 0, messageText }) => {
        const { line } = ts.getLineAndCharacterOfPosition(file!, start)
        return `${basename(path)}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      },
    )
  })
  expect(problems).toEqual([])
})
