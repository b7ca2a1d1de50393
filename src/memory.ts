import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { LayerRotationError } from './errors.js'
import { bytes } from './numbers.js'

/** Share of the limit that stays free for what is not counted before it is taken, such as JavaScript's objects. */
const reserve = 1 / 32

/**
 * The bytes that this process may use: the memory of this machine, or less if a control group (a container, a Slurm job, a
 * systemd unit) limits it; with the machine's swap, because Linux swaps before it kills.
 */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory() || Infinity
  const limit = Math.min(totalmem(), constrained, ...groupLimits())
  return Math.floor((limit + swap()) * (1 - reserve))
}

/**
 * Refuses work that needs more memory than this process may still use: Linux grants it, and kills the process without a word
 * when it is used.
 *
 * @param needed bytes
 * @param subject the beginning of the message: 'weights.safetensors: its tensors'
 * @throws {LayerRotationError} OUT_OF_MEMORY
 */
export function requireMemory(needed: number, subject: string): void {
  const limit = memoryLimit()
  const used = ownMemory()
  if (needed <= limit - used) return
  const message =
    `${subject} need ${bytes(needed)} of memory, but this process may use ${bytes(limit)} and already uses ` +
    `${bytes(used)}; use less data or a machine, or a limit, with more memory`
  throw new LayerRotationError('OUT_OF_MEMORY', message)
}

/**
 * The limits of this process's control group and of those that hold it. process.constrainedMemory() asks the innermost one
 * alone; Slurm and Kubernetes limit an outer one. See cgroups(7): a line of /proc/self/cgroup is id:controllers:path.
 */
function* groupLimits(): Generator<number> {
  for (const line of text('/proc/self/cgroup').split('\n')) {
    const [, controllers = '', ...rest] = line.split(':')
    const isMemory = controllers.split(',').includes('memory')
    if (!isMemory && !line.startsWith('0::')) continue
    const [mount, file] = isMemory
      ? ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes']
      : ['/sys/fs/cgroup', 'memory.max']
    for (let group = rest.join(':'); ; group = dirname(group)) {
      // 'max' if there is none, and no file where a container does not see its outer groups.
      const limit = Number.parseInt(text(join(mount, group, file)))
      if (limit > 0) yield limit
      if (group === '/' || group === '.' || group === '') break
    }
  }
}

/** The bytes of this process in memory, without the pages of files, which the kernel takes back when it must. */
function ownMemory(): number {
  return kilobytes('/proc/self/status', 'RssAnon') ?? process.memoryUsage.rss()
}

/** Bytes of swap space. */
function swap(): number {
  return kilobytes('/proc/meminfo', 'SwapTotal') ?? 0
}

/** The bytes of a line `name: 123 kB`. */
function kilobytes(file: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text(file))?.[1]
  return found === undefined ? undefined : 1024 * Number(found)
}

/** A file of the kernel; empty if it is not there. */
function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
