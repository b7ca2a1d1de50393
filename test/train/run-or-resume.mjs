// Trains an experiment in a folder, or resumes it there; on the compiled package.
//   node run-or-resume.mjs <folder> <experiment as JSON>
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const { train } = await import(new URL('../../dist/train/train.js', import.meta.url).href)
const { resume } = await import(new URL('../../dist/train/resume.js', import.meta.url).href)

const [folder = '', config = ''] = process.argv.slice(2)
const onStart = () => process.stdout.write('begun\n')
if (!existsSync(join(folder, 'environment.json'))) await train(JSON.parse(config), { folder, onStart })
// It may have been killed after its end.
else if (!readFileSync(join(folder, 'status.json'), 'utf8').includes('"finished"')) await resume(folder, { onStart })
