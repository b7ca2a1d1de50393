import { createRequire } from 'node:module'

/** The version in this package's package.json. */
export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string }
  return version
}
