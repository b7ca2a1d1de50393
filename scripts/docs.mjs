// Builds the documentation site into build/site, a folder that any static host serves, and checks every link in it.
//
//   npm run docs                            for the root of a host
//   npm run docs -- --base /layer-rotation/   for a folder of it

import { parseArgs } from 'node:util'
import { makeApiReference } from './docs/api-reference.mjs'
import { checkSite } from './docs/check-site.mjs'
import { makeCommandReference } from './docs/command-reference.mjs'
import { copyPages } from './docs/pages.mjs'
import { buildSite, siteFolder } from './docs/site.mjs'

const { values } = parseArgs({ options: { base: { type: 'string', default: '/' } } })
if (!/^\/(.*\/)?$/.test(values.base)) {
  console.error(`docs.mjs: --base is "${values.base}"; expected a path that begins and ends with /, such as /docs/`)
  process.exit(2)
}

const start = performance.now()
const seconds = () => `${((performance.now() - start) / 1000).toFixed(0)} s`
copyPages()
await makeCommandReference()
await makeApiReference()
console.log(`reference made after ${seconds()}`)
await buildSite(values.base)
const { pages, dead } = checkSite(siteFolder, values.base)
if (dead.length > 0) {
  console.error(`dead links:\n${dead.join('\n')}`)
  process.exitCode = 1
} else console.log(`build/site: ${pages} pages, every link and anchor of which is there, after ${seconds()}`)
