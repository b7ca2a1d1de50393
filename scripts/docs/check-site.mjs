import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/**
 * Looks for what every link, script and picture of the built site names, with the anchors.
 * @param {string} siteFolder
 * @param {string} base path of the site on its host
 * @returns {{ pages: number, dead: string[] }}
 */
export function checkSite(siteFolder, base) {
  const files = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
  const texts = new Map(files.map((file) => [file, readFileSync(join(siteFolder, file), 'utf8')]))
  const anchors = new Map([...texts].map(([file, text]) => [file, new Set(values(text, 'id'))]))
  /** @type {Set<string>} */
  const dead = new Set()
  for (const [file, text] of texts) {
    for (const link of [...values(text, 'href'), ...values(text, 'src')]) {
      const problem = check(link, file)
      if (problem !== undefined) dead.add(`${file}: ${link} ${problem}`)
    }
  }
  return { pages: files.length, dead: [...dead].sort() }

  /**
   * @param {string} link
   * @param {string} from
   */
  function check(link, from) {
    if (/^(\w+:|\/\/)/.test(link)) return undefined
    const [path = '', anchor = ''] = link.split('#')
    if (path.startsWith('/') && !path.startsWith(base)) return 'leads out of the site'
    const below = path.startsWith('/') ? path.slice(base.length) : posix.join(dirname(from), path)
    const target = path === '' ? from : below === '' || below.endsWith('/') ? `${below}index.html` : below
    if (!existsSync(join(siteFolder, target)) || statSync(join(siteFolder, target)).isDirectory()) return 'is not there'
    if (anchor !== '' && !anchors.get(target)?.has(decodeURIComponent(anchor))) return 'has no such anchor'
    return undefined
  }
}

/**
 * The values of an attribute in HTML that VitePress has written.
 * @param {string} html
 * @param {string} name
 */
function values(html, name) {
  const entities = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' }
  const found = html.matchAll(new RegExp(`<[a-z][^<>]*? ${name}="([^"]*)"`, 'gi'))
  return [...found].map(([, value = '']) =>
    value.replace(/&\w+;|&#39;/g, (entity) => entities[/** @type {keyof typeof entities} */ (entity)] ?? entity),
  )
}
