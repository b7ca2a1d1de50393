import type { OptimizerConfig } from './optimizer.js'

/**
 * A few characters for figures and tables.
 *
 *     optimizerLabel(layca(sgd()))   // 'Layca'
 *     optimizerLabel(sgd({ momentum: 0.9, nesterov: true }))   // 'SGD (Nesterov 0.9)'
 */
export function optimizerLabel(optimizer: OptimizerConfig): string {
  const rule = optimizer.type === 'layca' ? optimizer.rule : optimizer
  const name = optimizer.type === 'layca' ? 'Layca' : 'SGD'
  if (rule.momentum === 0) return name
  return `${name} (${rule.nesterov ? 'Nesterov' : 'momentum'} ${rule.momentum})`
}
