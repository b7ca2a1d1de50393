import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/**
 * Makes a control group whose processes may use `bytes` of memory, with another group in it.
 *
 * @returns the file to which a process of the inner group writes its id; undefined if this user may not make groups
 */
export function memoryGroup(bytes: number): string | undefined {
  const [, path] = /^\d+:memory:(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? []
  const [parent, file] =
    path === undefined
      ? ['/sys/fs/cgroup', 'memory.max']
      : [join('/sys/fs/cgroup/memory', path), 'memory.limit_in_bytes']
  const group = join(parent, `layer-rotation-${process.pid}-${count++}`)
  const inner = join(group, 'inner')
  try {
    mkdirSync(group)
    writeFileSync(join(group, file), String(bytes))
    mkdirSync(inner)
  } catch {
    return undefined
  }
  onTestFinished(() => [inner, group].forEach((folder) => rmdirSync(folder)))
  return join(inner, 'cgroup.procs')
}

let count = 0
