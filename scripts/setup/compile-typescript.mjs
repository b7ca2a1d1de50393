// Compiles src/ into dist/, and writes the JSON Schema of experiments and the page of `watch` there. The first two come from one
// program of TypeScript, for reading and checking the sources takes most of the time. scripts/setup/typescript.mjs runs this in a
// process of its own, because it keeps one busy while the addon is compiled. Prints what is wrong with the sources, and exits with 1.

import { join } from 'node:path'
import ts from 'typescript'
import { buildPage } from './build-page.mjs'
import { writeJsonSchema } from './json-schema.mjs'
import { root } from './paths.mjs'

const config = ts.readConfigFile(join(root, 'tsconfig.build.json'), ts.sys.readFile)
const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
const program = ts.createProgram({ rootNames: fileNames, options, configFileParsingDiagnostics: errors })
const diagnostics = [...(config.error ? [config.error] : []), ...ts.getPreEmitDiagnostics(program)]
if (diagnostics.length === 0) diagnostics.push(...program.emit().diagnostics)

const host = {
  getCanonicalFileName: (/** @type {string} */ file) => file,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
}
const problems = diagnostics.length > 0 ? [ts.formatDiagnostics(diagnostics, host)] : await writeJsonSchema(program)
if (problems.length === 0) await buildPage()
else {
  console.log(problems.join('\n'))
  process.exitCode = 1
}
