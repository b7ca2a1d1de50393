import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './paths.mjs'

/**
 * Builds the page of `layer-rotation watch` into one file, dist/watch/page.html, with the colours of the reports. The sources are
 * compiled already.
 */
export async function buildPage() {
  // Loaded here because installing the package, which has dist/ already, comes without them.
  const { build } = await import('vite')
  const { viteSingleFile } = await import('vite-plugin-singlefile')
  const dist = join(root, 'dist')
  const { palette } = await import(pathToFileURL(join(dist, 'report', 'palette.js')).href)
  const output = join(dist, 'watch')
  await build({
    root: join(root, 'src', 'watch', 'page'),
    configFile: false,
    logLevel: 'warn',
    plugins: [
      { name: 'palette', transformIndexHtml: () => [{ tag: 'style', children: palette }] },
      viteSingleFile({ removeViteModuleLoader: true }),
    ],
    build: { outDir: output, emptyOutDir: false, target: 'es2022' },
  })
  await rename(join(output, 'index.html'), join(output, 'page.html'))
}
