import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { withLock } from './lock.mjs'
import { root, stampFolder } from './paths.mjs'
import { run } from './process.mjs'
import { contentHash, readStamp, removeStamp, writeStamp } from './stamp.mjs'

const stamp = join(stampFolder, 'typescript')
const output = join(root, 'dist')
const compiler = join(root, 'scripts', 'setup', 'compile-typescript.mjs')

/**
 * Compiles src/ into dist/, and writes the JSON Schema of experiments and the page of `watch` there, if an input has changed.
 * @param {{ env: NodeJS.ProcessEnv, note: (text: string) => void }} context
 * @returns {Promise<{ outcome: string }>}
 */
export async function compileTypeScript({ env, note }) {
  const inputs = [
    'src',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    'scripts/setup/index.d.mts',
    'scripts/setup/build-page.mjs',
    'scripts/setup/compile-typescript.mjs',
    'scripts/setup/json-schema.mjs',
    'scripts/setup/describe-json-schema.mjs',
  ]
  const wanted = contentHash(root, inputs)
  const upToDate = () => readStamp(stamp) === wanted && existsSync(output)
  if (upToDate()) return { outcome: 'up to date' }
  return withLock(
    join(stampFolder, 'typescript.lock'),
    async () => {
      if (upToDate()) return { outcome: 'up to date' }
      removeStamp(stamp)
      // Modules that were deleted from src/ must go from dist/, too.
      rmSync(output, { recursive: true, force: true })
      const result = await run(process.execPath, [compiler], { cwd: root, env })
      if (result.code !== 0) {
        throw new SetupFailure('src/ does not compile.', {
          output: result.output.split('\n').slice(0, 12).join('\n'),
          waysOut: ['correct these errors'],
        })
      }
      writeStamp(stamp, wanted)
      return { outcome: 'compiled' }
    },
    note,
  )
}
