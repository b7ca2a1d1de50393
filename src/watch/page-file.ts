import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { readText } from '../files/read-text.js'
import { reading } from '../files/reading.js'

/** The page with its scripts and styles, which the build has put into one file. */
const file = fileURLToPath(new URL('../../dist/watch/page.html', import.meta.url))

/** The page, and the policy under which it runs. */
export interface Page {
  html: string
  policy: string
}

/** @throws {LayerRotationError} MISSING_FILE, READ_FAILED */
export async function readPage(): Promise<Page> {
  const html = await reading(file, () => readText(file), 'the page of `layer-rotation watch`, which the build makes')
  return { html, policy: policyOf(html) }
}

/** Nothing may be loaded but from this server, and only the page's own scripts and styles run, told by their hashes. */
function policyOf(html: string): string {
  const hashes = (tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gs'))]
      .map(([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`)
      .join(' ')
  return [
    "default-src 'none'",
    `script-src ${hashes('script')}`,
    `style-src ${hashes('style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
