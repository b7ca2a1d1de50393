import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withLock } from '../../../../../scripts/setup/lock.mjs'
import { root } from '../../../../../scripts/setup/paths.mjs'
import { temporaryFolder } from '../../../../support/temporary-folder.js'

const sources = fileURLToPath(new URL('../testing', import.meta.url))
const folder = join(root, 'build', 'ptx-interpreter')

let built: Promise<void> | undefined

/** Builds the interpreter's programs, unless they are newer than their sources. */
export function buildInterpreter(): Promise<void> {
  return (built ??= withLock(`${folder}.lock`, build, console.log))
}

async function build(): Promise<void> {
  // CMake refuses a folder that it configured for sources in another place, as in a checkout that was moved or copied.
  const cache = join(folder, 'CMakeCache.txt')
  const isOfOthers =
    existsSync(cache) && !readFileSync(cache, 'utf8').includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${sources}`)
  if (isOfOthers) rmSync(folder, { recursive: true })
  const cmake = (...args: string[]) => promisify(execFile)('cmake', args)
  await cmake('-S', sources, '-B', folder)
  await cmake('--build', folder, '--parallel', String(availableParallelism()))
}

/** The path of a program that buildInterpreter() makes. */
export const interpreterProgram = (name: 'runner' | 'arithmetic') => join(folder, name)

type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array

/** Device memory with numbers, which a run changes. */
export interface Buffer {
  memory: Numbers
  /** Bytes from the beginning of the memory to the address that the kernel gets. */
  offset?: number
}

/** A kernel's argument: the address of memory, a value, or a struct of both. */
export type Argument = Numbers | Buffer | { value: Numbers } | { parts: readonly Argument[] }

export interface Launch {
  kernel?: string
  blocks?: number
  threads?: number
  shared?: number
  /** Also looks for races in global memory. */
  races?: boolean
}

export interface Fault {
  kind: string
  text: string
}

/** Runs a kernel of a PTX text, or of a fat binary. Numbers that it writes are changed in place; returns its fault, or null. */
export function runKernel(ptx: string | Uint8Array, args: readonly Argument[], launch: Launch = {}): Fault | null {
  const { kernel = 'test', blocks = 1, threads = 32, shared = 0, races = false } = launch
  const place = temporaryFolder()
  const text = join(place, 'text.ptx')
  writeFileSync(text, ptx)
  const buffers: { file: string; memory: Numbers }[] = []
  const word = (argument: Argument): string => {
    if ('parts' in argument) return argument.parts.map(word).join(',')
    if ('value' in argument) return `bytes:${bytesOf(argument.value).toString('hex')}`
    const { memory, offset = 0 } = 'memory' in argument ? argument : { memory: argument }
    const file = join(place, String(buffers.length))
    writeFileSync(file, bytesOf(memory))
    buffers.push({ file, memory })
    return `file:${file}+${offset}`
  }
  const { status, stdout, stderr } = spawnSync(
    interpreterProgram('runner'),
    [text, kernel, String(blocks), String(threads), String(shared), ...args.map(word)],
    { encoding: 'utf8', env: { ...process.env, LAYER_ROTATION_STANDIN_RACE: races ? '1' : '0' } },
  )
  if (status === 0) {
    for (const { file, memory } of buffers) bytesOf(memory).set(readFileSync(file))
    return null
  }
  const fault = /^(\S+) ([^]*)\n$/.exec(stdout)
  if (status !== 1 || !fault) throw new Error(`runner ended with ${status}: ${stdout}${stderr}`)
  return { kind: fault[1]!, text: fault[2]! }
}

/** The fault of the first kernel of a PTX text that cannot be decoded, or null. */
export function decodeKernels(ptx: string): string | null {
  const text = join(temporaryFolder(), 'text.ptx')
  writeFileSync(text, ptx)
  const { status, stdout, stderr } = spawnSync(interpreterProgram('runner'), [text], { encoding: 'utf8' })
  return status === 0 ? null : stdout + stderr
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Numbers) =>
  globalThis.Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)

/** A module with one kernel, `test`, whose parameters are addresses or numbers of 32 bits: `p0`, `p1`, … */
export function kernelText(body: string, parameters: readonly ('u64' | 'u32')[], before = ''): string {
  const list = parameters.map((type, k) => `.param .${type} p${k}`)
  return `.version 9.0
.target sm_90
.address_size 64
${before}
.visible .entry test(${list.join(', ')})
{
  .reg .pred %p<8>;
  .reg .b16 %h<16>;
  .reg .b32 %r<32>;
  .reg .f32 %f<16>;
  .reg .b64 %d<32>;
  // %d0 … are the addresses, %r0 the thread, %r1 the block, %r2 the thread in the grid.
  mov.u32 %r0, %tid.x;
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %ntid.x;
  mad.lo.u32 %r2, %r1, %r2, %r0;
${parameters.map((type, k) => (type === 'u64' ? `  ld.param.u64 %d${k}, [p${k}];` : '')).join('\n')}
${body}
}
`
}

/** Code that sets a register to `base + index * size`. */
export const element = (to: string, base: string, index: string, size: number) =>
  `mul.wide.u32 ${to}, ${index}, ${size};\n  add.s64 ${to}, ${base}, ${to};`
