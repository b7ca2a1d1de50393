import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import MarkdownIt from 'markdown-it'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const markdown = new MarkdownIt({ html: true })

/** The Markdown files of the repository, by their paths from its root. */
export function markdownFiles(): string[] {
  const folders = ['docs', 'src', 'native', 'test', 'bench', 'baseline', 'examples', 'scripts']
  const below = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  return [...readdirSync(root), ...below].filter((path) => path.endsWith('.md')).sort()
}

/** The parsed blocks of a file, those within others included. */
export function blocksOf(path: string): ReturnType<MarkdownIt['parse']> {
  return markdown.parse(readFileSync(join(root, path), 'utf8'), {})
}

export interface CodeBlock {
  /** The file and its line. */
  place: string
  code: string
}

/** The fenced blocks in these languages of README and docs/. */
export function codeBlocks(...languages: string[]): CodeBlock[] {
  return markdownFiles()
    .filter((path) => path === 'README.md' || path.startsWith('docs/'))
    .flatMap((path) =>
      blocksOf(path)
        .filter(({ type, info }) => type === 'fence' && languages.includes(info))
        .map(({ content, map }) => ({ place: `${path}:${(map?.[0] ?? 0) + 2}`, code: content })),
    )
}
