import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { root } from '../setup/paths.mjs'

/** The folder from which the site is built: copies of the pages, and those that are made from the code. */
export const pagesFolder = join(root, 'build', 'docs', 'pages')

/** Markdown outside of docs/ that the site shows, with the pages that it becomes. */
const others = {
  'README.md': 'index.md',
  'CHANGELOG.md': 'changelog.md',
  'ARCHITECTURE.md': 'project/architecture.md',
  'CONTRIBUTING.md': 'project/contributing.md',
  'baseline/README.md': 'project/baseline.md',
  'bench/README.md': 'project/bench.md',
  'native/engine/README.md': 'project/engine.md',
  'native/optimizer/README.md': 'project/optimizer.md',
  'src/train/README.md': 'project/train.md',
  'test/cuda/standin/README.md': 'project/standin.md',
}

/** The programs in examples/. */
const examples = readdirSync(join(root, 'examples')).filter((name) => /\.(ts|py)$/.test(name))

/** @param {string} name */
const examplePage = (name) => `examples/${basename(name).replace('.', '-')}.md`

const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))

/**
 * The pages of the site by the paths of their sources, both from the root of the repository and of the site. Folders stand for
 * the page that describes them.
 * @type {ReadonlyMap<string, string>}
 */
export const pages = new Map([
  ...Object.entries(others),
  ...documents.map((name) => /** @type {const} */ ([`docs/${name}`, name])),
  ...examples.map((name) => /** @type {const} */ ([`examples/${name}`, examplePage(name)])),
  ['examples', 'examples/index.md'],
  ['baseline', others['baseline/README.md']],
  ['bench', others['bench/README.md']],
])

/** Copies all sources into an empty folder of pages; pictures and tables in docs/ come along. */
export function copyPages() {
  rmSync(pagesFolder, { recursive: true, force: true })
  const filter = (/** @type {string} */ path) => basename(path) !== '.vitepress'
  cpSync(join(root, 'docs'), pagesFolder, { recursive: true, filter })
  for (const [source, page] of Object.entries(others)) {
    if (existsSync(join(root, source))) writePage(page, readFileSync(join(root, source), 'utf8'))
  }
  for (const name of examples) writePage(examplePage(name), exampleText(name))
  const list = examples.map((name) => `- [${name}](${basename(examplePage(name))})`)
  writePage(
    'examples/index.md',
    ['# Examples', 'Programs to start from; `examples/` has them as files.', ...list].join('\n\n'),
  )
}

/**
 * @param {string} page from the root of the site
 * @param {string} text
 */
export function writePage(page, text) {
  mkdirSync(dirname(join(pagesFolder, page)), { recursive: true })
  writeFileSync(join(pagesFolder, page), text)
}

/** @param {string} name of a file in examples/ */
function exampleText(name) {
  const language = name.endsWith('.py') ? 'python' : 'ts'
  return `# ${name}\n\n\`\`\`${language}\n${readFileSync(join(root, 'examples', name), 'utf8')}\`\`\`\n`
}
