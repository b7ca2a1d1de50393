import { createRequire } from 'node:module'

interface PackageJson {
  version: string
  dependencies: Record<string, string>
}

const packageJson = (): PackageJson => createRequire(import.meta.url)('../package.json') as PackageJson

/** The version in this package's package.json. */
export const packageVersion = (): string => packageJson().version

/** The version of another package that this one asks for, which is exact. */
export const versionOf = (dependency: string): string => packageJson().dependencies[dependency] ?? ''
