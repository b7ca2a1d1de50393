import { spawnSync } from 'node:child_process'

/** Installs packages of Debian, or of a system like it, as root. @returns false if that is not possible here */
export function installPackages(packages: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } // starts no services
  const apt = (...words: string[]) => spawnSync('apt-get', words, { env, stdio: 'ignore' }).status === 0
  const get = () => apt('install', '-y', '--no-install-recommends', ...packages)
  return get() || (apt('update') && get())
}
