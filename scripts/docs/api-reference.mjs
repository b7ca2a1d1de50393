import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application } from 'typedoc'
import { root } from '../setup/paths.mjs'
import { pagesFolder } from './pages.mjs'

/**
 * Writes a page for each exported name, from the doc comments of src/.
 * @throws if typedoc has an error or a warning
 */
export async function makeApiReference() {
  /** @type {Partial<import('typedoc').TypeDocOptions> & Partial<import('typedoc-plugin-markdown').PluginOptions>} */
  const options = {
    entryPoints: [join(root, 'src', 'index.ts')],
    tsconfig: join(root, 'tsconfig.build.json'),
    plugin: ['typedoc-plugin-markdown', fileURLToPath(new URL('typedoc-plugin.mjs', import.meta.url))],
    readme: 'none',
    disableSources: true,
    excludeInternal: true,
    logLevel: 'Warn',
    // Schemas and helpers of types are no part of the API: the types that are made by them are shown resolved.
    validation: { notExported: false },
    // Brackets in our comments are shapes, such as [steps].
    suppressCommentWarningsInDeclarationFiles: true,
    out: join(pagesFolder, 'api'),
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    pageTitleTemplates: { index: 'API reference', member: '{name}', module: '{name}' },
    categorizeByGroup: false,
    navigationModel: { excludeGroups: true },
  }
  const app = await Application.bootstrapWithPlugins(options)
  const project = await app.convert()
  if (project === undefined) throw new Error('typedoc has found errors in src/')
  app.validate(project)
  await app.generateOutputs(project)
  const { errorCount, warningCount } = app.logger
  if (errorCount + warningCount > 0) throw new Error(`typedoc: ${errorCount} errors, ${warningCount} warnings`)
}
