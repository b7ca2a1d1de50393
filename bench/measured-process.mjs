import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Runs a program to its end, or until `timeout` milliseconds have passed, and watches its peak memory (VmHWM, Linux).
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 * @returns {Promise<{ stdout: string, peakMemoryMiB: number }>}
 * @throws {Error} with the program's stderr if it fails
 */
export function runMeasured(program, args, { cwd, env, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, timeout, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let peakMemoryMiB = 0
    const watch = setInterval(() => {
      peakMemoryMiB = highWaterMark(child.pid) ?? peakMemoryMiB
    }, 50)
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearInterval(watch)
      if (code === 0) resolve({ stdout, peakMemoryMiB })
      else reject(new Error(`${program} ${args.join(' ')} failed with ${code ?? signal}:\n${stderr}`))
    })
  })
}

/**
 * @param {number | undefined} pid
 * @returns {number | null} MiB; null if the process has just ended
 */
function highWaterMark(pid) {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib ? Number(kib) / 1024 : null
  } catch {
    return null
  }
}
