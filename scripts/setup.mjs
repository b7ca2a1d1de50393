// Takes a fresh clone to a package that runs. Each step is skipped where its result is up to date.
//
//   node scripts/setup.mjs                     node_modules, LibTorch, the addon, TypeScript
//   node scripts/setup.mjs --libtorch-only     LibTorch
//   node scripts/setup.mjs --addon-only        LibTorch and the addon, for `node-gyp rebuild`
//   node scripts/setup.mjs --typescript-only   TypeScript, for `npm pack`
//   node scripts/setup.mjs --install           LibTorch and the addon when npm installs this package: a failure is
//                                              reported, but the installation stays

import { addonStep, libtorchStep, nodeModulesStep, SetupFailure, typescriptStep } from './setup/index.mjs'
import { duration } from './setup/steps.mjs'

const context = { env: process.env, log: console.log }

/** @type {Record<string, () => Promise<unknown>>} */
const modes = {
  '--everything': everything,
  '--libtorch-only': () => libtorchStep(context),
  '--addon-only': () => addonStep(context),
  '--typescript-only': () => typescriptStep(context),
  '--install': () => addonStep(context),
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (process.platform !== 'linux' || major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `layer-rotation needs Linux and Node 20.19 or newer; this is Node ${process.version} on ${process.platform}`,
  )
  process.exit(1)
}

const mode = process.argv[2] ?? '--everything'
const work = modes[mode]
if (!work) {
  console.error(`setup.mjs: unknown option ${mode}; expected one of ${Object.keys(modes).join(', ')}`)
  process.exit(2)
}

try {
  await work()
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  console.error(`\n${error.message}`)
  if (mode === '--install') {
    console.error('layer-rotation is installed, but its native addon is not built yet: `npx layer-rotation build`')
  } else {
    process.exitCode = 1
  }
}

async function everything() {
  const start = performance.now()
  console.log('Set-up of layer-rotation')
  await nodeModulesStep(context)
  // TypeScript needs one core, which downloading LibTorch and the first of the addon's files leave free.
  const steps = await Promise.allSettled([addonStep(context), typescriptStep(context)])
  for (const result of steps) if (result.status === 'rejected') throw result.reason
  console.log(`  ready after ${duration(start)}\n`)
}
