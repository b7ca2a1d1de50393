/** A place where the set-up looked for something, and the result. */
export interface Attempt {
  where: string
  verdict: string
}

export interface LibTorch {
  /** The folder with include/ and lib/. */
  folder: string
  /** The version, such as '2.13.0'. */
  version: string
  /** True for a CUDA build, which also works without a GPU. */
  cuda: boolean
  /** The place where it was found. */
  how: 'LIBTORCH' | 'active Python' | 'private copy'
  /** The Python that it belongs to; null if it is an unpacked distribution. */
  python: string | null
}

/** Takes one line at a time, without its line end. */
export type Log = (line: string) => void

/** A set-up that cannot continue. The message has several lines: what is wrong, what was tried, and what to do. */
export class SetupFailure extends Error {
  constructor(problem: string, details: { tried?: Attempt[]; output?: string; waysOut: string[] })
}

/** Looks for LibTorch as the set-up does. Installs and loads nothing. */
export function findLibTorch(env?: NodeJS.ProcessEnv): Promise<{ libtorch: LibTorch | null; tried: Attempt[] }>

/** The compiler and the build tool for the addon. Rejects with a SetupFailure that lists everything that is missing. */
export function buildTools(env: NodeJS.ProcessEnv): Promise<{ compiler: string; generator: 'Ninja' | 'Unix Makefiles' }>

/**
 * Finds LibTorch, or downloads it with pip, and builds the addon against it unless the addon is up to date.
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

/** An addon beside the one that the package uses, such as one with a sanitizer. */
export interface Variant {
  /** The name of its stamp. */
  name: string
  /** The folder that gets build/cmake and build/Release. */
  folder: string
  /** Paths of its sources besides those of the addon. */
  sources: string[]
  /** Settings of CMake. */
  settings: Record<string, string>
  /** The environment that Node needs to load it. */
  env: NodeJS.ProcessEnv
}

/** The steps of `node scripts/setup.mjs`. */
export function nodeModulesStep(context: Context): Promise<unknown>
export function libtorchStep(context: Context): Promise<LibTorch>
export function addonStep(context: Context, variant?: Variant): Promise<{ libtorch: LibTorch; built: boolean }>
export function typescriptStep(context: Context): Promise<unknown>
