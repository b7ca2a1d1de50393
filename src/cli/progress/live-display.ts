import { styleText } from 'node:util'
import type { TrainingListeners } from '../../train/events.js'
import { cosineDistance, duration, percent, significant } from '../../numbers.js'
import { bar } from '../terminal/bar.js'
import { width } from '../terminal/clip.js'
import { LiveBlock } from '../terminal/live-block.js'
import { sparkline } from '../terminal/sparkline.js'
import type { TrainingDisplay } from './training-display.js'
import { TrainingState } from './training-state.js'

const redrawInterval = 100 // ms

/**
 * The most columns of the block. A terminal that becomes narrower wraps its lines at once but reports the new width a moment
 * later, so a block drawn in between leaves a line behind. Lines that are narrower than the new width are not affected.
 */
const widest = 59

/** Columns of the label before a curve. */
const labelColumns = 16

/**
 * Shows the progress of a training as four lines of a terminal that are redrawn in place:
 *
 *     epoch 37/100 ━━━━━━━━━━╸────────────────────── 1 min 12 s left
 *     rate 0.1111 · train 99.87 % · test 96.61 %
 *     rotation 0.512  ▁▂▃▃▄▅▅▆▆▆▇▇▇▇████
 *     loss 0.0123     █▇▆▆▅▅▄▄▃▃▃▂▂▂▂▁▁▁
 *
 * listr2 has such blocks, but it leaves old lines behind when the terminal changes its width, wraps long lines instead of
 * fitting them, and takes over process.stdout.
 */
export class LiveDisplay implements TrainingDisplay {
  private readonly block = new LiveBlock(process.stdout)
  private state: TrainingState | undefined
  private drawnAt = 0
  private timer: NodeJS.Timeout | undefined

  /** @param title a line above the others that names the training */
  constructor(private readonly title?: string) {}

  readonly listeners: TrainingListeners = {
    onStart: (start) => {
      this.state = new TrainingState(start)
      process.stdout.on('resize', this.redraw)
      // The remaining time counts down between the callbacks of a long step.
      this.timer = setInterval(this.redraw, 1000).unref()
      this.redraw()
    },
    onProgress: (progress) => {
      this.state?.progress(progress)
      this.redrawWhenDue()
    },
    onEvaluation: (status) => {
      this.state?.evaluation(status)
      this.redrawWhenDue()
    },
    onEpochEnd: (end) => {
      this.state?.epochEnd(end)
      this.redrawWhenDue()
    },
  }

  note(line: string): void {
    this.block.print([line])
  }

  end(): void {
    this.block.clear()
    this.state = undefined
    clearInterval(this.timer)
    process.stdout.off('resize', this.redraw)
  }

  private redrawWhenDue(): void {
    if (Date.now() - this.drawnAt >= redrawInterval) this.redraw()
  }

  private readonly redraw = () => {
    if (this.state === undefined) return
    this.drawnAt = Date.now()
    const lines = describe(this.state, this.block.columns)
    this.block.render(this.title === undefined ? lines : [styleText('bold', this.title), ...lines])
  }
}

function describe(state: TrainingState, columns: number): string[] {
  const span = Math.min(columns, widest)
  const curveColumns = span - labelColumns
  const rotation = `rotation ${cosineDistance(state.meanRotation)}`
  const loss = `loss ${significant(state.loss)}`
  const rotations = sparkline(state.rotations, curveColumns, [0, Math.max(0, ...state.rotations)])
  // On a linear scale the first epochs would flatten all others.
  const losses = sparkline(state.losses.map(Math.log), curveColumns)
  return [
    epochLine(state, span),
    scores(state, span),
    rotation.padEnd(labelColumns) + styleText('green', rotations),
    loss.padEnd(labelColumns) + styleText('yellow', losses),
  ]
}

function epochLine(state: TrainingState, columns: number): string {
  const running = state.evaluated === undefined ? Math.min(state.epochs, Math.floor(state.epoch) + 1) : state.epoch
  const left = state.secondsLeft()
  const before = `epoch ${running}/${state.epochs} ${state.evaluated === undefined ? '' : 'evaluated '}`
  const after = left === undefined ? '' : ` ${duration(left)} left`
  return before + bar(state.share(), Math.max(4, columns - width(before) - after.length)) + after
}

/** The scores that fit into the columns. */
function scores(state: TrainingState, columns: number): string {
  const { learningRate, trainAccuracy, validationAccuracy, testAccuracy } = state
  const parts = [
    learningRate !== undefined && `rate ${significant(learningRate)}`,
    trainAccuracy !== undefined && `train ${percent(trainAccuracy)}`,
    validationAccuracy !== undefined && `val ${percent(validationAccuracy)}`,
    testAccuracy !== undefined && `test ${percent(testAccuracy)}`,
  ].filter((part) => part !== false)
  while (parts.join(' · ').length > columns) parts.pop()
  return parts.join(' · ')
}
