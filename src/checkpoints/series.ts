import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { systemErrorName } from '../files/system-error.js'
import { findMainFile, isFolder } from './read-checkpoint.js'
import { stepInName } from './step-in-name.js'
import { refuseUnread } from './unread-folders.js'

/** A checkpoint of a series. */
export interface SeriesMember {
  /** A file, or a folder that is one checkpoint. */
  path: string
  /** The steps of training behind it; its place in the series, from 0, if no path says it. */
  step: number
}

/** Checkpoints in the order of training. */
export interface Series {
  members: SeriesMember[]
  /** True if the steps come from the paths. */
  hasSteps: boolean
  /** Sentences about what is left out. */
  notes: string[]
}

/** The files that a folder's series consists of; not the parts of one checkpoint, nor what trainings write beside their weights. */
const isCheckpointFile = (name: string): boolean =>
  /\.(safetensors|pth?|ckpt|bin|np[yz]|gguf|h5|hdf5|keras)$/.test(name) &&
  !/-\d+-of-\d+\.\w+$/.test(name) &&
  !/^(optim(izer)?|(lr_?)?scheduler|scaler|rng_state|random_states?|training_args)([-_.\d]|$)/i.test(name)

/** Compares names as people do: `step-20` before `step-100`. */
const natural = new Intl.Collator('en', { numeric: true })

/**
 * Finds the checkpoints of a series and their order. A folder that is no checkpoint itself stands for those in it: files, or
 * folders such as `checkpoint-500`. The steps come from the names; where none has one, the order is that in which they are
 * given, in a folder that of the names, behind the weights called `initial`.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE for a folder without checkpoints; INVALID_CONFIG if
 *   the order cannot be told
 */
export async function findSeries(paths: readonly string[]): Promise<Series> {
  const found: { path: string; isGiven: boolean }[] = []
  const notes: string[] = []
  for (const path of paths) {
    const isOne = !(await isFolder(path)) || (await findMainFile(path)) !== undefined
    if (isOne) {
      found.push({ path, isGiven: true })
      if (await isFolder(path)) notes.push(...(await notesOn(path)))
    } else found.push(...(await someCheckpointsIn(path)).map((member) => ({ path: member, isGiven: false })))
  }
  const stepped = withSteps(found)
  const known = stepped.filter(({ step }) => step !== undefined)
  if (known.length === 0 || (known.length === 1 && known[0]!.step === 0)) {
    const ordered = [...known, ...stepped.filter((one) => !known.includes(one))]
    return { members: ordered.map(({ path }, step) => ({ path, step })), hasSteps: false, notes }
  }
  const unknown = stepped.filter(({ step }) => step === undefined)
  const given = unknown.find(({ isGiven }) => isGiven)
  if (given !== undefined) {
    const example = known[0]!
    const message = `no step is in the name of ${given.path}, while ${example.path} is at step ${example.step}; rename it, such as to step1000.safetensors`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const members = known.map(({ path, step }) => ({ path, step: step! })).sort((a, b) => a.step - b.step)
  const twice = members.find(({ step }, i) => step === members[i - 1]?.step)
  if (twice !== undefined) {
    const [first, second] = members.filter(({ step }) => step === twice.step).map(({ path }) => path)
    const message = `${first} and ${second} are both at step ${twice.step}; expected one checkpoint of each step`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return { members, hasSteps: true, notes: [...notes, ...unknown.map(({ path }) => leftOut(path))] }
}

/**
 * The steps in the names. Where paths that are given have none, as in `step500/net.pt` and `checkpoint-500/unet`, they are those of the
 * folders, if each path has another one.
 */
function withSteps<Found extends { path: string }>(found: readonly Found[]): (Found & { step: number | undefined })[] {
  for (let up = 0; up <= farthestUp; up++) {
    const steps = found.map(({ path }) =>
      stepInName(
        path
          .split('/')
          .filter(Boolean)
          .slice(0, -up || undefined)
          .join('/'),
      ),
    )
    const known = steps.filter((step) => step !== undefined)
    const isOrder = up === 0 ? known.length > 0 : new Set(known).size === found.length
    if (isOrder) return found.map((one, i) => ({ ...one, step: steps[i] }))
  }
  return found.map((one) => ({ ...one, step: undefined }))
}

/** The most folders up from a checkpoint to the one that has its step in its name. */
const farthestUp = 3

async function someCheckpointsIn(folder: string): Promise<string[]> {
  const found = await checkpointsIn(folder)
  if (found.length > 0) return found
  await refuseUnread(folder)
  const message = `${folder} holds no checkpoint; expected files such as step1000.safetensors, or folders with model.safetensors`
  throw new LayerRotationError('INVALID_FILE', message)
}

/**
 * The checkpoints in a folder, in the order of their names. Hugging Face's `tmp-checkpoint-500` is one that is being written, or
 * was when a training ended.
 *
 * @param isKnown paths to leave out
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED
 */
export async function checkpointsIn(
  folder: string,
  isKnown: (path: string) => boolean = () => false,
): Promise<string[]> {
  const entries = await reading(folder, () => readdir(folder, { withFileTypes: true }))
  const found: string[] = []
  for (const entry of entries.sort((a, b) => natural.compare(a.name, b.name))) {
    const path = join(folder, entry.name)
    if (isKnown(path) || entry.name.startsWith('tmp-checkpoint-')) continue
    if (await isMember(entry, path)) found.push(path)
  }
  return found
}

/** Tells whether something in a folder is a checkpoint. A folder that may not be read is none, unless it is called like one. */
async function isMember(entry: Dirent, path: string): Promise<boolean> {
  if (!(await leadsToFolder(entry, path))) return isCheckpointFile(entry.name)
  try {
    return (await findMainFile(path)) !== undefined
  } catch (error) {
    if (isForbidden(error) && stepInName(path) === undefined) return false
    throw error
  }
}

async function leadsToFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  const found = await reading(path, () => ifPresent(() => stat(path)))
  return found?.isDirectory() ?? false
}

const isForbidden = (error: unknown): boolean =>
  error instanceof LayerRotationError && ['EACCES', 'EPERM'].includes(systemErrorName(error.cause) ?? '')

/** A note on a path that is passed over. */
export const leftOut = (path: string): string => `${path} is left out: no step is in its name`

/** A note on checkpoints in a folder that is one itself, such as those beside the final weights of Hugging Face's Trainer. */
async function notesOn(folder: string): Promise<string[]> {
  const inner = (await checkpointsIn(folder)).filter((path) => stepInName(path) !== undefined)
  const [first] = inner
  if (first === undefined || !(await isFolder(first))) return []
  const others = inner.length > 1 ? ` and ${inner.length - 1} more` : ''
  return [`${folder} is a checkpoint itself; ${basename(first)}${others} in it are left out: name them to measure them`]
}
