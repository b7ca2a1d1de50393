import { join } from 'node:path'
import { build } from 'vitepress'
import { root } from '../setup/paths.mjs'

/** The built site. */
export const siteFolder = join(root, 'build', 'site')

/**
 * Builds the site from the folder of pages. VitePress fails at a link to a page that is not there.
 * @param {string} base path of the site on its host
 */
export async function buildSite(base) {
  await build(join(root, 'docs'), { base })
}
