import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** Returns the folder of data sets and decoded images: LAYER_ROTATION_DATA, else layer-rotation/data in the user's cache folder. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['LAYER_ROTATION_DATA']) return resolve(env['LAYER_ROTATION_DATA'])
  const set = env['XDG_CACHE_HOME']
  const cache = set && isAbsolute(set) ? set : join(env['HOME'] || homedir(), '.cache')
  return join(cache, 'layer-rotation', 'data')
}
