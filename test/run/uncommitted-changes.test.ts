import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasUncommittedChanges } from '../../src/run/uncommitted-changes.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function repository() {
  const folder = temporaryFolder()
  const git = (...options: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...options], { cwd: folder })
  git('init', '--quiet')
  writeFileSync(join(folder, 'train.ts'), 'one')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  return { folder, git }
}

test('files that git tracks tell whether a repository differs from its commit', async () => {
  const { folder, git } = repository()
  expect(await hasUncommittedChanges(folder)).toBe(false)
  writeFileSync(join(folder, 'notes.txt'), 'untracked')
  expect(await hasUncommittedChanges(folder)).toBe(false)
  writeFileSync(join(folder, 'train.ts'), 'two')
  expect(await hasUncommittedChanges(folder)).toBe(true)
  git('commit', '--quiet', '-a', '-m', 'second')
  expect(await hasUncommittedChanges(folder)).toBe(false)
})

test('nothing is known outside a repository', async () => {
  expect(await hasUncommittedChanges(temporaryFolder())).toBeNull()
})

test('a monitor that the repository names is not run', async () => {
  const { folder, git } = repository()
  git('config', 'core.fsmonitor', `touch ${join(folder, 'ran')};`)
  expect(await hasUncommittedChanges(folder)).toBe(false)
  expect(existsSync(join(folder, 'ran'))).toBe(false)
})
