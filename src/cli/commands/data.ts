import { styleText } from 'node:util'
import type { DataWork } from '../../data/progress.js'
import type { PublishedSet } from '../../data/catalog/published-sets.js'
import { setNames, type SetName } from '../../data/catalog/set-names.js'
import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

export const data = defineCommand({
  command: 'data [action] [set]',
  describe: 'List, download and check data sets',
  positionals: {
    action: { type: 'string', choices: ['get', 'check'], describe: 'Nothing to list the data sets' },
    set: { type: 'string', choices: setNames, describe: 'Which; for check all that are there by default' },
  },
  options: {
    from: {
      type: 'string',
      requiresArg: true,
      describe: 'get: address of a folder with the same files, instead of the official one',
    },
    json: { type: 'boolean', default: false, describe: 'Print JSON; not for get' },
  },
  examples: [
    ['data', 'List the data sets, and how to get those that are missing'],
    ['data get cifar-10', 'Download and unpack it; continues after an interruption'],
    ['data get cifar-10 --from http://mirror.lan/data', 'From http://mirror.lan/data/cifar-10-binary.tar.gz'],
    ['data check', 'Read every set that is there; print counts, means and deviations'],
  ],
  notes: [
    'Environment: LAYER_ROTATION_DATA names the folder of the data sets, instead of layer-rotation/data in the cache ' +
      'folder (XDG_CACHE_HOME or ~/.cache). Decoded images are kept there, too. HTTP_PROXY, HTTPS_PROXY and NO_PROXY name ' +
      'proxies.',
    'On a machine without a network, put the archive into that folder and run `data get`: it checks and unpacks what is there.',
  ],
  handler: async ({ action, set, from, json }) => {
    if (from !== undefined && action !== 'get') throw wrongUse('--from goes with data get')
    if (json && action === 'get') throw wrongUse('--json goes with data and data check')
    if (action === 'get') {
      if (set === undefined)
        throw wrongUse(`data get needs the name of a data set; expected one of ${setNames.join(', ')}`)
      await get(set, from)
    } else if (action === 'check') await check(set, json)
    else await list(json)
  },
})

async function list(json: boolean): Promise<void> {
  const { publishedSets } = await import('../../data/catalog/published-sets.js')
  const { setStatus } = await import('../../data/catalog/set-status.js')
  const { dataFolder } = await import('../../data/data-folder.js')
  const sets = await Promise.all(setNames.map((name) => setStatus(publishedSets[name])))
  const folder = dataFolder()
  if (json) return print(JSON.stringify({ folder, sets }, null, 2))
  const { describeStatus } = await import('../data/describe-status.js')
  print(...describeStatus(sets, folder))
}

async function get(name: SetName, from: string | undefined): Promise<void> {
  const { publishedSets } = await import('../../data/catalog/published-sets.js')
  const set = publishedSets[name]
  const place = set.files.length === 0 ? await placeOf(set) : await shown((work) => bring(set, from, work))
  print(`${styleText('green', '✓')} ${set.title} is in ${clickablePath(place)}`)
}

/** Downloads, unpacks and decodes a data set, unless it is there. @returns its folder or archive */
async function bring(set: PublishedSet, from: string | undefined, work: DataWork): Promise<string> {
  const { dataFolder } = await import('../../data/data-folder.js')
  const { getSet } = await import('../../data/catalog/get/get-set.js')
  const { readSplits } = await import('../../data/load-data.js')
  const folder = await getSet(set, dataFolder(), { ...work, from })
  try {
    // Decodes the images here, so that the first training does not have to wait for it.
    if (set.unpacking.type === 'zip') await readSplits(set.config, 0, work)
    return await placeOf(set)
  } catch (error) {
    const damaged = error instanceof LayerRotationError && ['INVALID_FILE', 'MISSING_FILE'].includes(error.code)
    if (!damaged) throw error
    const message = `${error.message}; delete ${folder} and run the same command again`
    throw new LayerRotationError(error.code, message, { cause: error })
  }
}

async function placeOf(set: PublishedSet): Promise<string> {
  const { locateSet } = await import('../../data/catalog/locate-set.js')
  return (await locateSet(set)).place
}

async function check(name: SetName | undefined, json: boolean): Promise<void> {
  const { publishedSets } = await import('../../data/catalog/published-sets.js')
  const { setStatus } = await import('../../data/catalog/set-status.js')
  const { checkSet } = await import('../../data/catalog/check-set.js')
  const { describeCheck } = await import('../data/describe-check.js')
  const chosen: PublishedSet[] = []
  for (const candidate of name === undefined ? setNames : [name]) {
    const set = publishedSets[candidate]
    if (name !== undefined || (await setStatus(set)).state !== 'missing') chosen.push(set)
  }
  const checks = []
  const failures: LayerRotationError[] = []
  for (const set of chosen) {
    try {
      const found = json ? await checkSet(set) : await shown((work) => checkSet(set, work))
      checks.push(found)
      if (!json) print(...describeCheck(found))
    } catch (error) {
      if (name !== undefined || !(error instanceof LayerRotationError) || error.code === 'INTERRUPTED') throw error
      failures.push(error)
      if (!json) print(`${styleText('red', '✗')} ${styleText('bold', set.title)}  ${error.message}`)
    }
  }
  if (json) print(JSON.stringify(checks, null, 2))
  const [first] = failures
  if (first === undefined) return
  const message = `${failures.length} of ${chosen.length} data sets cannot be used: ${first.message}`
  throw new LayerRotationError(first.code, message)
}

/** Does work with a display of its progress, until Ctrl-C. */
async function shown<Result>(task: (work: DataWork) => Promise<Result>): Promise<Result> {
  const { workDisplay } = await import('../progress/displays.js')
  const display = workDisplay()
  const work = {
    onProgress: display.progress.bind(display),
    onNote: display.note.bind(display),
  }
  return interruptible((signal) => task({ ...work, signal }), {
    note: work.onNote,
    stopping: () => 'Stopping',
  }).finally(() => display.end())
}

function wrongUse(message: string): LayerRotationError {
  return new LayerRotationError('INVALID_CONFIG', `${message}\nSee layer-rotation data --help`)
}
