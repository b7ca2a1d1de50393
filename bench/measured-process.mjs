import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Runs a program to its end, alone, and watches its peak resident memory (VmHWM, Linux).
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<{ stdout: string, peakMemoryMiB: number }>}
 * @throws {Error} with the program's stderr when it fails
 */
export function runMeasured(program, args, { cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let peakMemoryMiB = 0
    const watch = setInterval(() => {
      peakMemoryMiB = highWaterMark(child.pid) ?? peakMemoryMiB
    }, 50)
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code) => {
      clearInterval(watch)
      if (code === 0) resolve({ stdout, peakMemoryMiB })
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stderr}`))
    })
  })
}

/**
 * @param {number | undefined} pid
 * @returns {number | null} MiB; null when the process has just ended
 */
function highWaterMark(pid) {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib ? Number(kib) / 1024 : null
  } catch {
    return null
  }
}
