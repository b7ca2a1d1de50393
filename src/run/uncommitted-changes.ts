import { execFile } from 'node:child_process'

/** Milliseconds after which git is not waited for any more, as on a slow network disk. */
const patience = 5000

/**
 * Asks git whether files that it tracks in the repository around `folder` differ from its commit; null without git, and where
 * git refuses, as in a folder of somebody else. A program that the repository names as its monitor is not run.
 */
export function hasUncommittedChanges(folder: string): Promise<boolean | null> {
  const options = ['-c', 'core.fsmonitor=false', '--no-optional-locks', '-C', folder]
  const status = ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all']
  return new Promise((resolve) => {
    execFile('git', [...options, ...status], { timeout: patience }, (error, stdout) => {
      resolve(error ? null : stdout !== '')
    })
  })
}
