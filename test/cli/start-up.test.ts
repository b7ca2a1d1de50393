import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { main } from './command-line.js'

/** The packages that a compiled file imports when it is loaded, itself or by the files that it imports. */
function packagesOf(start: string): Set<string> {
  const packages = new Set<string>()
  const seen = new Set([start])
  for (const file of seen) {
    const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b(?:[^'"(]*\bfrom)?\s*['"]([^'"]+)['"]/gm)
    for (const [, name = ''] of imports) {
      if (name.startsWith('.')) seen.add(resolve(dirname(file), name))
      else if (!name.startsWith('node:')) packages.add(name)
    }
  }
  return packages
}

test('help and wrong use are answered without loading any package but yargs', () => {
  expect([...packagesOf(resolve(dirname(main), 'program.js'))]).toEqual(['yargs'])
})
