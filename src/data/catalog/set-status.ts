import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { dataShape, type DataConfig } from '../data.js'
import { reading } from '../../files/reading.js'
import { locateSet } from './locate-set.js'
import { MissingSet } from '../missing.js'
import type { PublishedSet } from './published-sets.js'
import type { SetName } from './set-names.js'

/** The facts about a data set that are known without reading it; `layer-rotation data --json`. */
export interface SetStatus {
  name: SetName
  title: string
  /** The type by which an experiment names it. */
  type: DataConfig['type']
  /** 'damaged': a part of it is there, but it cannot be used; 'unreadable': the system does not give it now. */
  state: 'there' | 'missing' | 'damaged' | 'unreadable'
  /** The folder or archive that it is read from; null unless it is there. */
  place: string | null
  /** The size of its files; null unless it is there. */
  bytes: number | null
  /** The error that reading it would give; null if it is there. */
  problem: string | null
  inputShape: readonly number[]
  classes: number
  images: { train: number; test: number }
  /** The command that brings it. */
  get: string
  /** The files that this command downloads. */
  downloads: { url: string; bytes: number }[]
}

/** Looks for a data set without reading it. */
export async function setStatus(set: PublishedSet): Promise<SetStatus> {
  const { name, title, config, images, files } = set
  return {
    name,
    title,
    type: config.type,
    ...(await look(set)),
    ...dataShape(config),
    images,
    get: set.get ?? `npx layer-rotation data get ${name}`,
    downloads: files.map(({ url, bytes }) => ({ url, bytes })),
  }
}

async function look(set: PublishedSet): Promise<Pick<SetStatus, 'state' | 'place' | 'bytes' | 'problem'>> {
  try {
    const { place, files } = await locateSet(set)
    const sizes = await reading(place, () => Promise.resolve(files.map(bytesBelow)))
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    return { state: 'there', place, bytes, problem: null }
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    return { state: stateOf(error), place: null, bytes: null, problem: error.message }
  }
}

function stateOf(error: LayerRotationError): 'missing' | 'damaged' | 'unreadable' {
  if (error instanceof MissingSet) return 'missing'
  return error.code === 'READ_FAILED' ? 'unreadable' : 'damaged'
}

/** Returns the size of a file, or of all files in a folder. */
function bytesBelow(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false })
  if (!status?.isDirectory()) return status?.size ?? 0
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0)
}
