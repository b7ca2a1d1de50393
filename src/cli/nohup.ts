import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { processStat } from '../lock/process-stat.js'

/**
 * True if nohup, or `trap '' HUP` in a shell script, wants this process to outlive its terminal. Node undoes at its start
 * what they do, which is to ignore SIGHUP, so their other traces tell.
 */
export const isUnderNohup: boolean = isCalledByNohup(process.pid) || hasFilesOfNohup() || hasProtectedAncestor()

/** Looks at the variable `_`, in which bash, zsh and ksh give a program the path that they start. */
function isCalledByNohup(pid: number): boolean {
  const path = text(`/proc/${pid}/environ`)
    .split('\0')
    .find((variable) => variable.startsWith('_='))
  return path !== undefined && basename(path) === 'nohup'
}

/**
 * If they are a terminal, nohup replaces the standard input by /dev/null, open for writing only so that reading fails, and the
 * output by nohup.out.
 */
function hasFilesOfNohup(): boolean {
  const isNohupOut = [1, 2].some((descriptor) => /\/nohup\.out( \(deleted\))?$/.test(pathOf(descriptor)))
  return isNohupOut || (pathOf(0) === '/dev/null' && isWriteOnly(0))
}

function pathOf(descriptor: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}

function isWriteOnly(descriptor: number): boolean {
  const flags = field(`/proc/self/fdinfo/${descriptor}`, 'flags')
  return flags !== undefined && (Number.parseInt(flags, 8) & 3) === 1
}

/**
 * Tells whether a process of this session above this one is under nohup: programs other than Node keep ignoring SIGHUP, and a
 * shell between npx and this process sets `_` anew.
 */
function hasProtectedAncestor(): boolean {
  const session = processStat(process.pid)?.session
  let pid = process.ppid
  for (let stat = processStat(pid); stat !== undefined && stat.session === session; stat = processStat(pid)) {
    if (ignoresHangUp(pid) || isCalledByNohup(pid)) return true
    pid = stat.parent
  }
  return false
}

/** SIGHUP is signal 1, the lowest bit of the mask. */
function ignoresHangUp(pid: number): boolean {
  const mask = field(`/proc/${pid}/status`, 'SigIgn')
  return mask !== undefined && (Number.parseInt(mask.slice(-1), 16) & 1) === 1
}

/** The value of `name:` in a file of /proc; undefined if it has none. */
function field(file: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text(file))?.[1]
}

/** A file of the kernel; empty if it cannot be read, as that of another user's process. */
function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
