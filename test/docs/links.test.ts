import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
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

/** The files that `npm pack` puts into the package. */
function packagedFiles(): Set<string> {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const output = execFileSync('npm', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }]
  return new Set(files.map(({ path }) => path))
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

test('the site lists every page of docs/ beside its pages', () => {
  const config = readFileSync(join(root, 'docs', '.vitepress', 'config.ts'), 'utf8')
  const pages = files.filter((path) => /^docs\/[^/]+\.md$/.test(path)).map((path) => posix.basename(path, '.md'))
  expect(pages.filter((page) => !config.includes(`'/${page}'`))).toEqual([])
})

test('no link in the package leads out of it', () => {
  const packaged = packagedFiles()
  const dead = [...packaged]
    .filter((path) => files.includes(path))
    .flatMap((path) =>
      targetsOf(path)
        .filter((target) => !/^(\w+:|#)/.test(target))
        .map((target) => posix.join(posix.dirname(path), target.split('#')[0]!).replace(/\/$/, ''))
        .filter((target) => !packaged.has(target) && ![...packaged].some((file) => file.startsWith(`${target}/`)))
        .map((target) => `${path}: ${target}`),
    )
  expect(packaged).toContain('docs/get-started.md')
  expect(dead).toEqual([])
})
