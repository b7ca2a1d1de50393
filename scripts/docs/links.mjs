import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { root } from '../setup/paths.mjs'
import { pages } from './pages.mjs'

const sources = new Map([...pages].map(([source, page]) => [page, source]))

/**
 * A plugin of markdown-it for VitePress: links and pictures, which are relative in the repository, lead to the pages of the site.
 * A link to any other file of the repository leads to the repository's address in package.json, or is plain text without one.
 *
 * @param {import('vitepress').MarkdownRenderer} md
 */
export function repositoryLinks(md) {
  const address = repositoryAddress()
  md.core.ruler.push('repository-links', (state) => {
    const page = /** @type {{ relativePath?: string }} */ (state.env).relativePath ?? ''
    const source = sources.get(page)
    if (source === undefined) return // made from the code, with links of the site
    for (const block of state.tokens) {
      const tokens = block.children ?? []
      for (const [i, token] of tokens.entries()) {
        if (token.type === 'image') token.attrSet('src', onSite(token.attrGet('src') ?? '', source, page, null) ?? '')
        if (token.type !== 'link_open') continue
        const href = onSite(token.attrGet('href') ?? '', source, page, address)
        if (href !== null) token.attrSet('href', href)
        else removeLink(tokens, i)
      }
    }
  })
}

/**
 * A plugin of markdown-it for VitePress: code that is indented looks like code between fences.
 *
 * @param {import('vitepress').MarkdownRenderer} md
 */
export function indentedCode(md) {
  md.core.ruler.push('indented-code', ({ tokens }) => {
    for (const token of tokens) {
      if (token.type === 'code_block') Object.assign(token, { type: 'fence', info: 'text', markup: '```', tag: 'code' })
    }
  })
}

/**
 * @param {string} href
 * @param {string} source of the page that has the link
 * @param {string} page
 * @param {string | null} address
 * @returns {string | null} null without a target on the site or in the repository
 */
function onSite(href, source, page, address) {
  if (/^(\w+:|#|\/)/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const target = posix.join(dirname(source), path).replace(/\/$/, '')
  const hash = anchor === undefined ? '' : `#${anchor}`
  const targetPage =
    pages.get(target) ?? (/^docs\/.*\.(png|webp|svg)$/.test(target) ? target.slice('docs/'.length) : undefined)
  if (targetPage !== undefined) return `./${posix.relative(dirname(page), targetPage)}${hash}`
  return address === null ? null : `${address}/blob/HEAD/${target}${hash}`
}

/**
 * Leaves the text of a link.
 * @param {{ type: string }[]} tokens
 * @param {number} start
 */
function removeLink(tokens, start) {
  const end = tokens.findIndex((token, i) => i > start && token.type === 'link_close')
  for (const token of [tokens[start], tokens[end]]) {
    if (token !== undefined) Object.assign(token, { type: 'text', content: '', tag: '', attrs: null, nesting: 0 })
  }
}

/** The web address of the repository, as far as package.json names one. */
function repositoryAddress() {
  const { repository } = /** @type {{ repository?: string | { url: string } }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  )
  const url = typeof repository === 'object' ? repository.url : repository
  return url?.replace(/^git\+/, '').replace(/\.git$/, '') ?? null
}
