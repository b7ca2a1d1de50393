/**
 * Kernel sizes of WRN-28-10 (arXiv 1605.07146) as the paper trains it on CIFAR-100, in forward order, each block's
 * shortcut after its convolutions.
 */
function kernelSizes() {
  const sizes = [3 * 3 * 3 * 16]
  let channels = 16
  for (const filters of [160, 320, 640]) {
    for (let block = 0; block < 4; block++) {
      sizes.push(9 * channels * filters, 9 * filters * filters)
      if (block === 0) sizes.push(channels * filters)
      channels = filters
    }
  }
  return [...sizes, channels * 100]
}

/** 29 layers, 36,518,832 parameters. */
export const wideResNetSizes = kernelSizes()
