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
 * Checks everything that a run needs, and trains a tiny network twice on each device; takes about 20 seconds and leaves
 * nothing on the disk.
 *
 * @param runsFolder the folder that would hold the runs
 */
export async function* checkMachine(runsFolder: string): AsyncGenerator<Check> {
  yield checkNode()
  const native = await info().catch((error: unknown) => {
    if (error instanceof LayerRotationError) return error
    throw error
  })
  const works = !(native instanceof LayerRotationError)
  yield works
    ? passed('LibTorch', libtorchText(native))
    : failed('LibTorch', 'the addon cannot be used', native.message)
  yield await checkCompiler(works)
  if (works) yield passed('devices', native.devices.map(deviceText).join(', '))
  yield await checkSpace('space for runs', runsFolder, 'choose another folder with --runs or LAYER_ROTATION_RUNS')
  yield await checkSpace('space for data', dataFolder(), 'set LAYER_ROTATION_DATA to another folder')
  yield* checkData()
  if (works) for (const { name } of native.devices) yield* checkRepetition(name)
}

/** The oldest supported version of Node, as in `engines` of package.json. */
const oldestNode = [20, 19] as const

function checkNode(): Check {
  const { node } = process.versions
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestNode
  const found = `layer-rotation ${packageVersion()} on Node ${node}, ${process.platform}-${process.arch}`
  if (process.platform !== 'linux') return failed('versions', found, 'run it on Linux, or on Windows in WSL 2')
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
  return isOld
    ? failed('versions', found, `install Node ${oldestNode.join('.')} or newer, for example with nvm`)
    : passed('versions', found)
}

const libtorchText = ({ libtorch }: NativeInfo): string =>
  `${libtorch.loaded}${libtorch.cuda ? ' with CUDA' : ''} loaded, the addon is built for ${libtorch.built}`

/** Checks the compiler, which is only needed to build the addon. @param works whether there is a working addon */
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

/** Checks the data sets. A run does not need one: it can make its images (data.type=synthetic) or read a folder. */
async function* checkData(): AsyncGenerator<Check> {
  const sets = await Promise.all(setNames.map((name) => setStatus(publishedSets[name])))
  const there = sets.filter(({ state }) => state === 'there').map(({ title }) => title)
  const missing = sets.filter(({ state }) => state === 'missing').map(({ name }) => name)
  const rest = missing.length > 0 ? `; not there: ${missing.join(', ')}` : ''
  yield there.length > 0
    ? passed('data', `${there.join(', ')}${rest}`)
    : note('data', 'no data set found', 'run `npx layer-rotation data` to see how to get one')
  for (const { state, title, problem, get } of sets) {
    if (state === 'damaged') yield failed('data', `${title}: ${problem}`, `delete its files, then run \`${get}\``)
    if (state === 'unreadable') yield failed('data', `${title}: ${problem}`, 'end that cause; its files may be whole')
  }
}
