import { spawnSync } from 'node:child_process'

/**
 * The environment in which a program allocates with tcmalloc, as PyTorch's guide to tuning CPUs advises.
 * @returns {NodeJS.ProcessEnv}
 */
export function withTcmalloc() {
  const { stdout } = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' })
  const library = /libtcmalloc(?:_minimal)?\.so\.\d+ .*=> (\S+)/.exec(stdout ?? '')?.[1]
  if (!library) throw new Error('tcmalloc is not installed (Debian, Ubuntu: apt install libtcmalloc-minimal4)')
  return { ...process.env, LD_PRELOAD: library }
}
