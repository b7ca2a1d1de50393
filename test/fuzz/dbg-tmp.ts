import { readFileSync } from 'node:fs'
import { targets } from './targets.js'
const t = await targets[process.argv[2] as 'addon']()
setInterval(() => console.log((process.memoryUsage().rss / 2 ** 20).toFixed(0), 'MiB'), 500)
const t0 = Date.now()
await t.run(readFileSync(process.argv[3]!), '/dev/shm').catch((e: unknown) => console.log(e))
console.log('done', Date.now() - t0)
process.exit()
