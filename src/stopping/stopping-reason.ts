import { significant } from '../numbers.js'
import type { StoppingConfig } from './stopping-config.js'

/** A whole epoch as the rules see it. */
export interface LoggedEpoch {
  /** Training loss with the penalty that Keras logs. */
  loss: number
  /** Training accuracy, 0 … 1. */
  accuracy: number
  /** Validation accuracy, 0 … 1; null if none was measured. */
  valAccuracy: number | null
}

/**
 * Returns the reason to end a run after its last epoch so far; undefined if it continues.
 *
 *     stoppingReason({ finished: { loss: 0.1 } }, [{ loss: 0.2, … }])                  // undefined
 *     stoppingReason({ finished: { loss: 0.1 } }, [{ loss: 0.2, … }, { loss: 0.1, … }])
 *     // 'the loss of 0.1 is at most 0.1 (stopping.finished)'
 *
 * @param epochs all whole epochs so far
 */
export function stoppingReason(rules: StoppingConfig, epochs: readonly LoggedEpoch[]): string | undefined {
  return (
    notWorking(rules.notWorking, epochs) ??
    finished(rules.finished, epochs) ??
    converged(rules.converged, epochs) ??
    early(rules.early, epochs)
  )
}

type Rule<Name extends keyof StoppingConfig> = StoppingConfig[Name]
type Epochs = readonly LoggedEpoch[]

function notWorking(rule: Rule<'notWorking'>, epochs: Epochs): string | undefined {
  const accuracy = epochs.at(-1)?.accuracy
  if (!rule || accuracy === undefined || epochs.length - 1 !== rule.epoch || accuracy > rule.accuracy) return undefined
  const shares = `${significant(accuracy)} is at most ${significant(rule.accuracy)}`
  return `the training accuracy of ${shares} in epoch ${rule.epoch}, counted from 0 (stopping.notWorking)`
}

function finished(rule: Rule<'finished'>, epochs: Epochs): string | undefined {
  const loss = epochs.at(-1)?.loss
  if (!rule || loss === undefined || loss > rule.loss) return undefined
  return `the loss of ${significant(loss)} is at most ${significant(rule.loss)} (stopping.finished)`
}

function converged(rule: Rule<'converged'>, epochs: Epochs): string | undefined {
  if (!rule || epochs.length <= rule.times) return undefined
  const losses = epochs.slice(-rule.times - 1).map(({ loss }) => loss)
  if (losses.some((loss) => loss !== losses[0])) return undefined
  return `the loss of ${significant(losses[0])} has not changed in ${rule.times} epochs (stopping.converged)`
}

function early(rule: Rule<'early'>, epochs: Epochs): string | undefined {
  if (!rule) return undefined
  const evaluated = epochs.flatMap(({ valAccuracy }, i) =>
    valAccuracy === null ? [] : [{ valAccuracy, epoch: i + 1 }],
  )
  const best = evaluated.reduce((most, { valAccuracy }) => Math.max(most, valAccuracy), 0)
  const place = evaluated.findIndex(({ valAccuracy }) => valAccuracy === best)
  if (place === -1 || evaluated.length - 1 - place < rule.patience) return undefined
  const when = `since epoch ${evaluated[place]!.epoch}`
  return `the validation accuracy has not risen above ${significant(best)} ${when} (stopping.early)`
}
