import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import type axeCore from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkSite } from '../../scripts/docs/check-site.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'
import { startBrowser } from '../watch/browser.js'
import { root } from './markdown.js'

const site = join(root, 'build', 'site')
const base = '/layer-rotation/'

let built = ''
let browser: Browser | string
let server: Server

beforeAll(async () => {
  const [{ stdout }, started] = await Promise.all([
    promisify(execFile)(process.execPath, [join(root, 'scripts', 'docs.mjs'), '--base', base], { cwd: root }),
    startBrowser(),
  ])
  built = stdout
  browser = started
  server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname)
    const file = join(site, path.slice(base.length).replace(/^$|\/$/, '$&index.html'))
    if (!path.startsWith(base) || !existsSync(file) || !statSync(file).isFile())
      return void response.writeHead(404).end()
    const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
    response.end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}, 900_000)

afterAll(async () => {
  server?.close()
  if (typeof browser !== 'string') await browser?.close()
})

test('the site is built for a folder of a host, and every link and anchor in it is there', () => {
  expect(built).toMatch(/build\/site: \d{3,} pages, every link and anchor of which is there/)
  expect(existsSync(join(site, 'api', 'variables', 'layca.html'))).toBe(true)
})

test('dead links, anchors and pictures would be found', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'below'))
  writeFileSync(
    join(folder, 'index.html'),
    '<a href="/x/below/a.html#here">1</a> <a href="/x/b.html">2</a> <img src="/y.png">',
  )
  writeFileSync(
    join(folder, 'below', 'a.html'),
    '<p id="there"><a href="../index.html">3</a><a href="#there">4</a></p>',
  )
  expect(checkSite(folder, '/x/')).toEqual({
    pages: 2,
    dead: [
      'index.html: /x/b.html is not there',
      'index.html: /x/below/a.html#here has no such anchor',
      'index.html: /y.png leads out of the site',
    ],
  })
})

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

test.for([
  [1440, 'light'],
  [1440, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const)(
  'pages of %i pixels are readable when it is %s, and ask no other host',
  async ([width, colorScheme], { skip }) => {
    if (typeof browser === 'string') return skip(browser)
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
    const problems: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(String(error)))
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    page.on('request', (request) => {
      if (!request.url().startsWith(host) && !request.url().startsWith('data:')) problems.push(`asks ${request.url()}`)
    })
    for (const path of [
      '',
      'get-started.html',
      'experiment.html',
      'command-reference.html',
      'api/variables/sgd.html',
    ]) {
      await page.goto(`${host}${base}${path}`, { waitUntil: 'networkidle' })
      const beyond = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      if (beyond > 0) problems.push(`${path} is ${beyond} pixels too wide`)
      await page.evaluate(axe)
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axeCore }).axe.run()
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
      })
      problems.push(...found.map((problem) => `${path}: ${problem}`))
    }
    await page.close()
    expect(problems).toEqual([])
  },
)

test('the search finds a page without asking anybody', async ({ skip }) => {
  if (typeof browser === 'string') return skip(browser)
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Search' }).click()
  await page.locator('#localsearch-input').fill('rotateTo')
  await page.locator('#localsearch-list a').first().waitFor()
  expect(await page.locator('#localsearch-list a').allInnerTexts()).toContainEqual(expect.stringContaining('rotateTo'))
  await page.close()
})
