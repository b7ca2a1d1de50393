import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { currentCommit } from '../../src/run/commit.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function repository() {
  const folder = temporaryFolder()
  const git = (...options: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...options], {
      cwd: folder,
      encoding: 'utf8',
    }).trim()
  git('init', '--quiet')
  return { folder, git }
}

describe('the commit', () => {
  test('is that of the branch, also from a folder below', async () => {
    const { folder, git } = repository()
    git('commit', '--quiet', '--allow-empty', '-m', 'first')
    mkdirSync(join(folder, 'a', 'b'), { recursive: true })
    expect(await currentCommit(join(folder, 'a', 'b'))).toBe(git('rev-parse', 'HEAD'))
  })

  test('is found in packed refs, a detached head and a worktree', async () => {
    const { folder, git } = repository()
    git('commit', '--quiet', '--allow-empty', '-m', 'first')
    git('pack-refs', '--all')
    const commit = git('rev-parse', 'HEAD')
    expect(await currentCommit(folder)).toBe(commit)
    git('checkout', '--quiet', '--detach')
    expect(await currentCommit(folder)).toBe(commit)
    git('worktree', 'add', '--quiet', 'tree', '-b', 'other')
    expect(await currentCommit(join(folder, 'tree'))).toBe(commit)
  })

  test.each(['pipe', 'device'])('is null where HEAD is a %s, which is not waited for', async (kind) => {
    const { folder } = repository()
    const head = join(folder, '.git', 'HEAD')
    rmSync(head)
    if (kind === 'pipe') execFileSync('mkfifo', [head])
    else symlinkSync('/dev/zero', head)
    expect(await currentCommit(folder)).toBeNull()
  })

  test('is null before the first one and outside of a repository', async () => {
    expect(await currentCommit(repository().folder)).toBeNull()
    expect(await currentCommit(temporaryFolder())).toBeNull()
  })
})
