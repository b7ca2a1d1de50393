// npm run fuzz -- [seconds] [target]
//
// Gives mutated files to every parser of this package, and random calls to the addon, for this many seconds in all (60 by
// default), in one session for each target. An input is a finding if it causes an error other than a LayerRotationError, ends
// the process, computes for too long or takes too much memory. Findings stay in test/fuzz/findings/<target>/, where the
// tests read them.

import { fork, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keepFinding } from './corpus.js'
import type { Progress } from './session.js'
import { targetNames, type TargetName } from './targets.js'

/** The largest resident set in bytes. */
const mostMemory = 3 * 2 ** 30
/** The longest CPU time without a message. */
const mostSecondsSilent = 30
/** Milliseconds between two looks at a session. */
const tick = 500

interface Session extends Progress {
  target: TargetName
}

/** Runs one session, which ends early at a finding. */
async function session(target: TargetName, seconds: number, seed: number, save: boolean): Promise<Session> {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-fuzz-'))
  mkdirSync(join(folder, 'work'))
  const jiti = join(dirname(createRequire(import.meta.url).resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs')
  const script = fileURLToPath(new URL('session.ts', import.meta.url))
  const child = fork(jiti, [script, target, folder, String(seed), save ? 'save' : ''], {
    execArgv: ['--max-old-space-size=2048'],
  })
  let last: Session = { target, executions: 0, corpus: 0, covered: 0, seconds: 0 }
  let heardAt = 0
  let fault: string | undefined
  // The time starts at the first message, because the start of a session takes a while on a busy machine.
  let end = Infinity
  child.on('message', (progress: Progress) => {
    end = Math.min(end, Date.now() + 1000 * seconds)
    last = { ...last, ...(progress.executions > 0 ? progress : { finding: progress.finding ?? '' }) }
    heardAt = cpuSeconds(child)
  })
  const watch = setInterval(() => {
    if (residentBytes(child) > mostMemory) fault = `took more than ${mostMemory / 2 ** 30} GiB`
    if (cpuSeconds(child) - heardAt > mostSecondsSilent) fault = `computed for more than ${mostSecondsSilent} s`
    if (fault !== undefined || Date.now() > end) child.kill('SIGKILL')
  }, tick)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...how) => resolve(how))
  })
  clearInterval(watch)
  const stopped = signal === 'SIGKILL' && Date.now() > end
  if (fault === undefined && !stopped && last.finding === undefined) fault = `the process ended: ${signal ?? code}`
  const finding = fault ?? last.finding
  if (finding !== undefined) {
    const path = keepFinding(target, readFileSync(join(folder, 'input')))
    last = { ...last, finding: `${finding}\n  kept as ${path}` }
  }
  rmSync(folder, { recursive: true, force: true })
  return last
}

function cpuSeconds(child: ChildProcess): number {
  const fields = proc(child, 'stat').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

function residentBytes(child: ChildProcess): number {
  return Number(proc(child, 'statm').split(' ')[1] ?? 0) * 4096
}

function proc(child: ChildProcess, file: string): string {
  try {
    return readFileSync(`/proc/${child.pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

const words = process.argv.slice(2).filter((word) => word !== '--save')
const save = process.argv.includes('--save')
const seconds = Number(words.find((word) => /^\d+$/.test(word)) ?? 60)
const wanted = words.filter((word) => !/^\d+$/.test(word))
const unknown = wanted.find((word) => !targetNames.some((name) => name === word))
if (unknown !== undefined) {
  console.error(`there is no target ${unknown}; expected one of ${targetNames.join(', ')}`)
  process.exit(2)
}
const chosen = wanted.length > 0 ? (wanted as TargetName[]) : targetNames
let findings = 0
let executions = 0
let cpu = 0
for (const target of chosen) {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const result = await session(target, seconds / chosen.length, seed, save)
  executions += result.executions
  cpu += result.seconds
  const { corpus, covered, finding } = result
  console.log(
    `${target.padEnd(14)} ${String(result.executions).padStart(9)} executions, ${result.seconds.toFixed(0).padStart(5)} s of CPU, ` +
      `${corpus} inputs, ${covered} characters of source${finding === undefined ? '' : ', FINDING'}`,
  )
  if (finding === undefined) continue
  findings += 1
  console.log(`  ${finding.replaceAll('\n', '\n  ')}`)
}
console.log(`${executions} executions in ${cpu.toFixed(0)} s of CPU, ${findings} findings`)
process.exitCode = findings > 0 ? 1 : 0
