/** Where LibTorch was looked for, and what came of it. */
export interface Attempt {
  where: string
  verdict: string
}

export interface LibTorch {
  /** Holds include/ and lib/. */
  folder: string
  /** Such as '2.13.0'. */
  version: string
  /** A CUDA build; it works on a machine without a GPU, too. */
  cuda: boolean
  /** Where it was found. */
  how: 'LIBTORCH' | 'active Python' | 'private copy'
  /** The Python that it belongs to; null for an unpacked distribution. */
  python: string | null
}

/** Gets one line at a time, without its line end. */
export type Log = (line: string) => void

/** A set-up that cannot go on. The message has several lines: what is wrong, what was tried, and the ways out. */
export class SetupFailure extends Error {
  constructor(problem: string, details: { tried?: Attempt[]; output?: string; waysOut: string[] })
}

/** Looks for LibTorch where the set-up looks for it. Installs and loads nothing. */
export function findLibTorch(env?: NodeJS.ProcessEnv): Promise<{ libtorch: LibTorch | null; tried: Attempt[] }>

/** The compiler and the build tool for the addon. Rejects with SetupFailure, which names all that is missing. */
export function buildTools(env: NodeJS.ProcessEnv): Promise<{ compiler: string; generator: 'Ninja' | 'Unix Makefiles' }>

/**
 * Finds LibTorch, or downloads it with pip, and builds the addon against it unless it is up to date.
 * Rejects with SetupFailure.
 */
export function buildAddon(options?: {
  log?: Log
  env?: NodeJS.ProcessEnv
}): Promise<{ libtorch: LibTorch; built: boolean }>

interface Context {
  env: NodeJS.ProcessEnv
  log: Log
}

/** Another addon than the one that the package uses. */
export interface Variant {
  /** Of its stamp. */
  name: string
  /** Has CMake's files and build/Release. */
  folder: string
  /** Beside those of the addon. */
  sources: string[]
  /** Of CMake. */
  settings: Record<string, string>
  /** What Node has to be started with to load it. */
  env: NodeJS.ProcessEnv
}

/** The steps of `node scripts/setup.mjs`. */
export function nodeModulesStep(context: Context): Promise<unknown>
export function libtorchStep(context: Context): Promise<LibTorch>
export function addonStep(context: Context, variant?: Variant): Promise<{ libtorch: LibTorch; built: boolean }>
export function typescriptStep(context: Context): Promise<unknown>
