import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
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
  /** Paths in the folders that were passed over, as no step is in their names. */
  passed: string[]
}

/** The files that a folder's series consists of. */
const isCheckpointFile = (name: string): boolean =>
  /\.(safetensors|pth?|ckpt|bin|np[yz]|gguf|h5|hdf5|keras)$/.test(name) && !/-\d+-of-\d+\.\w+$/.test(name)

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
  for (const path of paths) {
    if (!(await isFolder(path)) || (await findMainFile(path)) !== undefined) found.push({ path, isGiven: true })
    else found.push(...(await someCheckpointsIn(path)).map((member) => ({ path: member, isGiven: false })))
  }
  const stepped = found.map((one) => ({ ...one, step: stepInName(one.path) }))
  const known = stepped.filter(({ step }) => step !== undefined)
  if (known.length === 0 || (known.length === 1 && known[0]!.step === 0)) {
    const ordered = [...known, ...stepped.filter((one) => !known.includes(one))]
    return { members: ordered.map(({ path }, step) => ({ path, step })), hasSteps: false, passed: [] }
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
  return { members, hasSteps: true, passed: unknown.map(({ path }) => path) }
}

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
    const isMember = entry.isDirectory() ? (await findMainFile(path)) !== undefined : isCheckpointFile(entry.name)
    if (isMember) found.push(path)
  }
  return found
}
