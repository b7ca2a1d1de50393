import type { TrainingListeners } from '../../train/events.js'
import { cosineDistance, count, duration, percent, significant } from '../../numbers.js'
import { print } from '../output.js'
import type { TrainingDisplay } from './training-display.js'
import { TrainingState } from './training-state.js'

const quietSeconds = 5

/**
 * Shows the progress of a training as plain lines, for pipes and files: one after each epoch, but at most one in five seconds
 * except for the first and the last epoch; within a longer epoch, one every five seconds.
 */
export class PlainDisplay implements TrainingDisplay {
  private state: TrainingState | undefined
  private printedAt = 0
  private epochStartedAt = 0

  readonly listeners: TrainingListeners = {
    onStart: (start) => {
      this.state = new TrainingState(start)
      this.printedAt = this.epochStartedAt = Date.now()
    },
    onProgress: (progress) => {
      this.state?.progress(progress)
      if (isLongAgo(this.printedAt) && isLongAgo(this.epochStartedAt)) this.printState()
    },
    onEvaluation: (status) => {
      this.state?.evaluation(status)
      if (isLongAgo(this.printedAt) && isLongAgo(this.epochStartedAt)) this.printState()
    },
    onEpochEnd: (end) => {
      this.state?.epochEnd(end)
      this.epochStartedAt = Date.now()
      if (isLongAgo(this.printedAt) || end.epoch === 1 || end.epoch === end.epochs) this.printState()
    },
  }

  note(line: string): void {
    print(line)
  }

  end(): void {
    this.state = undefined
  }

  private printState(): void {
    if (this.state === undefined) return
    this.printedAt = Date.now()
    print(describe(this.state))
  }
}

function isLongAgo(time: number): boolean {
  return Date.now() - time >= quietSeconds * 1000
}

function describe(state: TrainingState): string {
  const epochs = String(state.epochs)
  const epoch = count(state.epoch)
  const left = state.secondsLeft()
  return [
    `epoch ${epoch.padStart(epochs.length)}/${epochs}`,
    state.evaluated !== undefined && `${percent(state.evaluated)} evaluated`,
    state.learningRate !== undefined && `rate ${significant(state.learningRate)}`,
    state.loss !== undefined && `loss ${significant(state.loss)}`,
    state.trainAccuracy !== undefined && `train ${percent(state.trainAccuracy)}`,
    state.validationAccuracy !== undefined && `validation ${percent(state.validationAccuracy)}`,
    state.testAccuracy !== undefined && `test ${percent(state.testAccuracy)}`,
    state.meanRotation !== undefined && `rotation ${cosineDistance(state.meanRotation)}`,
    left !== undefined && state.share() < 1 && `${duration(left)} left`,
  ]
    .filter((part) => part !== false)
    .join('  ')
}
