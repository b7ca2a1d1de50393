import { buildTools, SetupFailure } from '#setup'
import { dataFolder } from '../../data/data-folder.js'
import { publishedSets } from '../../data/catalog/published-sets.js'
import { setNames } from '../../data/catalog/set-names.js'
import { setStatus } from '../../data/catalog/set-status.js'
import { LayerRotationError } from '../../errors.js'
import type { NativeInfo } from '../../native/contract.js'
import { info } from '../../native/load.js'
import { packageVersion } from '../../version.js'
import { note, failed, passed, type Check } from './check.js'
import { checkSpace } from './check-space.js'
import { checkRepetition } from './check-training.js'
import { deviceText } from './device-text.js'

/**
 * Looks at all that a run needs, and trains a tiny network twice on each device; within 20 seconds. Nothing stays on the
 * disk.
 *
 * @param runsFolder in which the folders of the runs would lie
 */
export async function* checkMachine(runsFolder: string): AsyncGenerator<Check> {
  yield checkNode()
  const native = await info().catch((error: unknown) => {
    if (error instanceof LayerRotationError) return error
    throw error
  })
  const works = !(native instanceof LayerRotationError)
  yield works ? passed('LibTorch', libtorchText(native)) : failed('LibTorch', `the addon is not usable`, native.message)
  yield await checkCompiler(works)
  if (works) yield passed('devices', native.devices.map(deviceText).join(', '))
  yield await checkSpace('space for runs', runsFolder, 'choose another folder with --runs or LAYER_ROTATION_RUNS')
  yield await checkSpace('space for data', dataFolder(), 'set LAYER_ROTATION_DATA to another folder')
  yield* checkData()
  if (works) for (const { name } of native.devices) yield* checkRepetition(name)
}

/** As package.json's engines say. */
const oldestNode = [20, 19] as const

function checkNode(): Check {
  const { node } = process.versions
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestNode
  const found = `layer-rotation ${packageVersion()} on Node ${node}, ${process.platform}-${process.arch}`
  if (process.platform !== 'linux') return failed('versions', found, 'run it on Linux; on Windows in WSL 2')
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
  return isOld
    ? failed('versions', found, `install Node ${oldestNode.join('.')} or newer, such as with nvm`)
    : passed('versions', found)
}

const libtorchText = ({ libtorch }: NativeInfo): string =>
  `${libtorch.loaded}${libtorch.cuda ? ' with CUDA' : ''} loaded, the addon is built for ${libtorch.built}`

/** Needed to build the addon, and so only where it is not there. */
async function checkCompiler(works: boolean): Promise<Check> {
  try {
    const { compiler, generator } = await buildTools(process.env)
    return passed('compiler', `${compiler}, with ${generator}`)
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error
    const [found, ...rest] = error.message.split('\n').map((line) => line.trim())
    const advice = rest.filter((line) => line !== '').join('; ')
    return works
      ? note('compiler', 'not found; needed only to build the addon again', advice)
      : failed('compiler', found!, advice)
  }
}

/** Which data sets can be read; a run can also make its images (data.type=synthetic) or take a folder of one's own. */
async function* checkData(): AsyncGenerator<Check> {
  const sets = await Promise.all(setNames.map((name) => setStatus(publishedSets[name])))
  const there = sets.filter(({ state }) => state === 'there').map(({ title }) => title)
  const missing = sets.filter(({ state }) => state === 'missing').map(({ name }) => name)
  const rest = missing.length > 0 ? `; not there: ${missing.join(', ')}` : ''
  yield there.length > 0
    ? passed('data', `${there.join(', ')}${rest}`)
    : note('data', 'no data set found', 'run `npx layer-rotation data` to see how to get one')
  for (const { state, title, problem, get } of sets) {
    if (state === 'damaged') yield failed('data', `${title}: ${problem}`, `delete its files and run \`${get}\``)
  }
}
