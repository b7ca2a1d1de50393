/** Names of the weights before the first step. */
const initial = /(?<![a-z])(init|initial|initial[-_]?weights)(?![a-z])/i

/** Names of files that say nothing, beside which that of the folder counts. */
const mainFile =
  /^(model|adapter_model|diffusion_pytorch_model|pytorch_model|pytorch_lora_weights|weights|checkpoint)(-\d+-of-\d+)?(\.safetensors)?(\.index\.json|\.safetensors|\.bin|\.pth?|\.ckpt|\.np[yz]|\.gguf|(\.weights)?\.h5|\.hdf5|\.keras)$/

/** A checkpoint of a run of this package: epochs, and steps within the next one. */
const ownName = /^epoch-(\d{6,})-step-(\d{8,})$/

/**
 * The words before a number of steps, which may end in k or M, then those before a number of epochs; the first that a name has
 * decides. fairseq's `checkpoint_3_2000` has both, and Composer's `ep3-ba2000` counts batches.
 */
const counted = [
  /(?<![a-z])(?:steps?|iter|iterations?|ba)[-_=]?(\d+)([km]?)(?![a-z\d])/gi,
  /^checkpoint_\d+_(\d+)()$/g,
  /(?<![a-z])(?:checkpoint|ckpt|model|weights)[-_=]?(\d+)()(?![a-z\d])/gi,
  /(?<![a-z])(?:epochs?|ep)[-_=]?(\d+)()(?![a-z\d])/gi,
  /^(\d+)()$/g,
]

const factors: Readonly<Record<string, number>> = { k: 1e3, m: 1e6 }

/**
 * The steps of training behind a checkpoint, from its name: `step1000`, `step_10k`, `checkpoint-500`, `global_step500`, `iter_0001000`,
 * `epoch=3-step=2000`, `ckpt-500`, or a name that is a number. Where there are epochs only, as in `epoch_12` and at the end of an
 * epoch of a run of this package, they count. The weights called `initial` are those of step 0. Of `model.safetensors` and the
 * like, the name of the folder counts.
 *
 * @returns undefined if the name does not say it
 */
export function stepInName(path: string): number | undefined {
  const parts = path.split('/').filter(Boolean)
  const last = parts.at(-1) ?? ''
  const name = (mainFile.test(last) ? (parts.at(-2) ?? '') : last).replace(
    /\.(safetensors|pth?|bin|ckpt|np[yz]|gguf|weights\.h5|h5|hdf5|keras)$/i,
    '',
  )
  const [, epochs, steps] = ownName.exec(name) ?? []
  if (epochs !== undefined) return Number(steps) === 0 ? Number(epochs) : undefined
  for (const pattern of counted) {
    const [, digits = NaN, unit = ''] = [...name.matchAll(pattern)].at(-1) ?? []
    const step = Number(digits) * (factors[unit.toLowerCase()] ?? 1)
    // The tables of records hold 32-bit steps.
    if (step < 2 ** 31) return step
  }
  return initial.test(name) ? 0 : undefined
}
