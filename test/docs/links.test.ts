import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import GithubSlugger from 'github-slugger'
import { expect, test } from 'vitest'
import { blocksOf, markdownFiles, root } from './markdown.js'

/** The anchors of a file's headings, as forges and the site make them. */
function anchorsOf(path: string): Set<string> {
  const slugger = new GithubSlugger()
  const blocks = blocksOf(path)
  const headings = blocks.flatMap(({ type }, i) => (type === 'heading_open' ? [blocks[i + 1]!] : []))
  return new Set(
    headings.map(({ children }) =>
      slugger.slug(
        (children ?? [])
          .filter(({ type }) => /text|code/.test(type))
          .map(({ content }) => content)
          .join(''),
      ),
    ),
  )
}

/** The targets of links and pictures of a file, in Markdown and in HTML. */
function targetsOf(path: string): string[] {
  const tokens = blocksOf(path).flatMap((block) => [block, ...(block.children ?? [])])
  return tokens.flatMap((token) => {
    const { type, content } = token
    if (type === 'link_open') return [token.attrGet('href') ?? '']
    if (type === 'image') return [token.attrGet('src') ?? '']
    return type.startsWith('html_') ? [...content.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target!) : []
  })
}

const files = markdownFiles()
const anchors = new Map(files.map((path) => [path, anchorsOf(path)]))

test('there are links and anchors to look for', () => {
  expect(files).toContain('README.md')
  expect(files.flatMap(targetsOf).filter((target) => target.includes('.md#')).length).toBeGreaterThan(10)
})

test.each(files)('the links of %s lead somewhere', (path) => {
  const dead = targetsOf(path).filter((target) => {
    if (/^(https?|mailto):/.test(target)) return false
    const [to = '', anchor] = target.split('#')
    const found = to === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(to)).replace(/\/$/, '')
    if (!existsSync(join(root, found))) return true
    const isMarkdown = found.endsWith('.md') && !statSync(join(root, found)).isDirectory()
    return anchor !== undefined && (!isMarkdown || !anchors.get(found)!.has(anchor))
  })
  expect(dead).toEqual([])
})
