import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { runProgram } from '../../src/cli/program.js'

/** The compiled command line, as `npx layer-rotation` starts it; the set-up before the tests has compiled it. */
export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface CommandLineOptions {
  /** The working folder; relative paths and `runs` start from it. */
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** Another copy of the program. */
  script?: string
  /** Program and arguments that start the program, instead of Node. */
  launcher?: readonly string[]
  /** Gives the program a session of its own, in which no process ignores SIGHUP even if the tests run under nohup. */
  ownSession?: boolean
}

export type CommandHereOptions = Pick<CommandLineOptions, 'cwd' | 'env'>

/** A command line that is under way. */
export interface Running {
  child: ChildProcessWithoutNullStreams
  /** Resolves once the standard output has matched. */
  printed: (pattern: RegExp) => Promise<void>
  ended: Promise<Outcome>
}

export function start(words: readonly string[], options: CommandLineOptions = {}): Running {
  const { cwd, env = {}, script = main, launcher = [process.execPath, script], ownSession = false } = options
  const [program, ...first] = [...launcher, ...words]
  const child = spawn(program!, first, { cwd, env: { ...plainEnvironment(), ...env }, detached: ownSession })
  const output = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const watch of watchers) watch()
    })
  }
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (!pattern.test(output.stdout)) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      watch()
      void ended.then(({ code, stderr }) =>
        reject(new Error(`ended with ${code} before it printed ${pattern}: ${stderr}`)),
      )
    })
  return { child, printed, ended }
}

export function commandLine(words: readonly string[], options?: CommandLineOptions): Promise<Outcome> {
  const { child, ended } = start(words, options)
  child.stdin.end()
  return ended
}

/**
 * Runs a command in the process of the test, which saves the start of another one. Signals, terminals, and all that main.ts
 * prepares need a process of their own: `commandLine`.
 */
export async function commandHere(words: readonly string[], options: CommandHereOptions = {}): Promise<Outcome> {
  const { argv, env, exitCode } = process
  const cwd = process.cwd()
  const output = { stdout: '', stderr: '' }
  const collect = (name: keyof typeof output) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      output[name] += String(text)
      return true
    })
  const spies = [
    collect('stdout'),
    collect('stderr'),
    // The test runner gives the console, by which yargs prints, streams of its own.
    vi.spyOn(console, 'log').mockImplementation((text: string) => void (output.stdout += `${text}\n`)),
  ]
  process.argv = [process.execPath, main, ...words]
  process.env = { ...plainEnvironment(), ...options.env }
  process.exitCode = undefined
  if (options.cwd !== undefined) process.chdir(options.cwd)
  try {
    await runProgram()
    return { code: Number(process.exitCode ?? 0), signal: null, ...output }
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.chdir(cwd)
    Object.assign(process, { argv, env, exitCode })
  }
}

/** The environment without the variables of a test runner or shell that change colours, widths and defaults. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const special = /^(LAYER_ROTATION_.*|FORCE_COLOR|NO_COLOR|NODE_OPTIONS|VITEST.*|COLUMNS|npm_.*|_)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !special.test(name)))
}

/** `run` with images and a network so small that an epoch takes milliseconds. */
export function tinyRun(settings: Readonly<Record<string, unknown>> = {}): string[] {
  const all = {
    epochs: 2,
    data: { type: 'synthetic', shape: [1, 6, 6], classes: 10, train: 200, test: 100 },
    batchSize: 100,
    'model.layers.dense0.units': 16,
    learningRate: { type: 'constant', initial: 0.1 },
    device: 'cpu',
    threads: 1,
    ...settings,
  }
  return ['run', 'mnist', ...Object.entries(all).map(([path, value]) => `${path}=${JSON.stringify(value)}`)]
}
