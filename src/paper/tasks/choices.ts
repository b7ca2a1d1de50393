import { layca } from '../../optimizer/controls/layca.js'
import type { OptimizerConfig, RuleConfig } from '../../optimizer/optimizer.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import type { L2Config } from '../../regularization/l2.js'
import type { ComparedMethod } from '../published/l2-and-adaptive.js'
import type { Best, ComparedTask, SweptTask } from './task.js'

/** The settings in which the trainings of a task differ. */
export interface Choice extends Best {
  optimizer: OptimizerConfig
  /** null for none, the default. */
  regularization?: L2Config | null
}

/** SGD at any rate, with the schedule of the grids. */
export const sweptSgd = (task: SweptTask, rate: number): Choice => ({ optimizer: task.sgd, rate, drops: task.sweep })

/** Layca on SGD without momentum at any ρ(0), with the schedule of the grids. */
export const sweptLayca = (task: SweptTask, rho: number): Choice => ({
  optimizer: layca(sgd()),
  rate: rho,
  drops: task.sweep,
})

/**
 * A rule under Layca at its best rate: 3^-3, or 3^-5 for rules with Adam's momentum, unless the task says otherwise. It has the
 * schedule of the grids.
 */
export const bestLayca = (task: SweptTask, rule: RuleConfig): Choice => ({
  optimizer: layca(rule),
  rate: hasAdamMomentum(rule) ? (task.adamLaycaRate ?? 3 ** -5) : 3 ** -3,
  drops: task.sweep,
})

const hasAdamMomentum = ({ type }: RuleConfig): boolean => type === 'adam' || type === 'sgdAdamMomentum'

/** SGD with the settings that the authors found best, without or with L2. */
export const bestSgd = (task: SweptTask, method: 'SGD' | 'SGD+L2'): Choice => ({
  optimizer: task.sgd,
  regularization: method === 'SGD+L2' ? task.l2 : null,
  ...task.best[method],
})

/** A method with the settings that the authors found best. */
export function bestChoice(task: ComparedTask, method: ComparedMethod): Choice {
  const { rule, regularized, ...best } = task.adaptive
  switch (method) {
    case 'SGD':
    case 'SGD+L2':
      return bestSgd(task, method)
    case 'adaptive':
      return { optimizer: rule, regularization: regularized ? task.l2 : null, ...best }
    case 'adaptive+Layca':
      return bestLayca(task, rule)
  }
}
