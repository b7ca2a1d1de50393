import { batchNorm, conv, dense, type LayerSpec } from '../layers.js'

const init = { type: 'pytorchDefault' } as const

/** Makes nn.Conv2d as PyTorch initialises it, padded by half its window: 3 × 3 by 1, 1 × 1 by 0. */
export function pytorchConv(name: string, filters: number, { kernel = 3, stride = 1, bias = false } = {}): LayerSpec {
  return conv({ name, filters, kernel, stride, padding: (kernel - 1) / 2, bias, init, biasInit: init })
}

/** Makes nn.BatchNorm1d or nn.BatchNorm2d with PyTorch's defaults. */
export function pytorchBatchNorm(name: string): LayerSpec {
  return batchNorm({ name, epsilon: 1e-5, momentum: 0.1, runningVariance: 'unbiased' })
}

/** Makes nn.Linear as PyTorch initialises it. */
export function pytorchLinear(name: string, units: number): LayerSpec {
  return dense({ name, units, init, biasInit: init })
}
