import type { Target } from './target.js'

/** The targets by their names on the command line. A session loads only its own, so that it starts fast. */
export const targets = {
  addon: async () => (await import('./targets/addon.js')).addon,
  arrays: async () => (await import('./targets/arrays.js')).arrays,
  checkpoint: async () => (await import('./targets/checkpoint.js')).checkpoint,
  cifar: async () => (await import('./targets/cifar.js')).cifar,
  'cifar-archive': async () => (await import('./targets/cifar-archive.js')).cifarArchive,
  config: async () => (await import('./targets/config.js')).config,
  cursor: async () => (await import('./targets/cursor.js')).cursor,
  distributed: async () => (await import('./targets/distributed.js')).distributedCheckpoint,
  exported: async () => (await import('./targets/exported.js')).exportedNetwork,
  font: async () => (await import('./targets/font.js')).font,
  gguf: async () => (await import('./targets/gguf.js')).ggufFile,
  hdf5: async () => (await import('./targets/hdf5.js')).hdf5File,
  idx: async () => (await import('./targets/idx.js')).idx,
  image: async () => (await import('./targets/image.js')).image,
  ledger: async () => (await import('./targets/ledger.js')).ledger,
  numpy: async () => (await import('./targets/numpy.js')).numpyFile,
  overrides: async () => (await import('./targets/overrides.js')).overrides,
  parquet: async () => (await import('./targets/parquet.js')).parquet,
  pytorch: async () => (await import('./targets/pytorch.js')).pytorchFile,
  'pytorch-legacy': async () => (await import('./targets/pytorch-legacy.js')).legacyPytorchFile,
  run: async () => (await import('./targets/run.js')).run,
  safetensors: async () => (await import('./targets/safetensors.js')).safetensors,
  steps: async () => (await import('./targets/steps.js')).steps,
  study: async () => (await import('./targets/study.js')).studyFile,
  'tiny-imagenet': async () => (await import('./targets/tiny-imagenet.js')).tinyImageNet,
  tokens: async () => (await import('./targets/tokens.js')).tokenFile,
  'watch-query': async () => (await import('./targets/watch-query.js')).watchQuery,
  zip: async () => (await import('./targets/zip.js')).zipArchive,
} satisfies Record<string, () => Promise<Target>>

export type TargetName = keyof typeof targets

export const targetNames = Object.keys(targets) as TargetName[]
