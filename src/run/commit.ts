import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readText } from '../files/read-text.js'

/**
 * Reads the commit that is checked out in the git repository around `folder` from its files; null outside a repository.
 */
export async function currentCommit(folder: string): Promise<string | null> {
  const git = await findGitFolder(folder)
  if (git === null) return null
  const head = await textOf(join(git, 'HEAD'))
  const ref = head?.match(/^ref: (refs\/.+)$/)?.[1]
  if (ref === undefined) return commitIn(head)
  // A worktree has its own HEAD; its refs are in the main repository.
  const common = resolve(git, (await textOf(join(git, 'commondir'))) ?? '.')
  return commitIn(await textOf(join(common, ref))) ?? packedCommit(await textOf(join(common, 'packed-refs')), ref)
}

async function findGitFolder(folder: string): Promise<string | null> {
  const path = join(folder, '.git')
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) return path
  if (found?.isFile()) {
    const target = (await textOf(path))?.match(/^gitdir: (.+)$/)?.[1]
    return target === undefined ? null : resolve(folder, target)
  }
  return dirname(folder) === folder ? null : findGitFolder(dirname(folder))
}

function packedCommit(packedRefs: string | null, ref: string): string | null {
  const line = packedRefs?.split('\n').find((line) => line.endsWith(` ${ref}`))
  return commitIn(line ?? null)
}

function commitIn(text: string | null | undefined): string | null {
  return text?.match(/^[0-9a-f]{40}(?:[0-9a-f]{24})?\b/)?.[0] ?? null
}

async function textOf(file: string): Promise<string | null> {
  return readText(file).then(
    (text) => text.trim(),
    () => null,
  )
}
