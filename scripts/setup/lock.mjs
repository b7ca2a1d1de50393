import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs `work` while holding a lock file; waits while another process holds it.
 * Takes over the lock of a process that has ended.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(text: string) => void} note
 * @returns {Promise<T>}
 */
export async function withLock(file, work, note) {
  mkdirSync(dirname(file), { recursive: true })
  for (let told = false; !take(file);) {
    const holder = readHolder(file)
    if (holder && isGone(holder)) {
      breakLock(file, holder)
      continue
    }
    if (holder && !told) {
      // The user has to decide where the holder is on another host, or where a new process has its number.
      note(`waiting for process ${holder.pid} on ${holder.host}; if that has ended, delete ${file}`)
      told = true
    }
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

/** @typedef {{ pid: number, host: string, text: string }} Holder */

/** @param {string} file */
function take(file) {
  // Written aside and linked into place, so that no process reads a lock without its holder.
  const own = `${file}.${process.pid}`
  writeFileSync(own, JSON.stringify({ pid: process.pid, host: hostname() }))
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/**
 * @param {string} file
 * @returns {Holder | null} null if the lock has just been released
 */
function readHolder(file) {
  try {
    const text = readFileSync(file, 'utf8')
    return { .../** @type {{ pid: number, host: string }} */ (JSON.parse(text)), text }
  } catch {
    return null
  }
}

/** @param {Holder} holder */
function isGone(holder) {
  if (holder.host !== hostname()) return false
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}

/**
 * Removes an abandoned lock by moving it aside first. If two processes do so at once, the slower one may move away the
 * faster one's new lock; it notices that and puts the lock back.
 * @param {string} file
 * @param {Holder} abandoned
 */
function breakLock(file, abandoned) {
  const aside = `${file}.${process.pid}.old`
  try {
    renameSync(file, aside)
    if (readFileSync(aside, 'utf8') !== abandoned.text) linkSync(aside, file)
  } catch {
    // another process was faster
  } finally {
    rmSync(aside, { force: true })
  }
}
