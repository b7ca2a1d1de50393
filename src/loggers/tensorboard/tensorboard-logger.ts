import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { requireOwn, makeOwnFolder } from '../../files/own-folder.js'
import { statIfPresent } from '../../files/stat-if-present.js'
import { appendText, writing } from '../../files/write.js'
import { layout } from '../../run/layout.js'
import type { Run } from '../../run/open-run.js'
import { atStart, partsAfter, type Cursor } from '../cursor.js'
import type { LoggedRun } from '../logged-run.js'
import type { Logger, Sending } from '../logger.js'
import { imageValue, rowEvent, startEvent, summaryEvent, versionEvent, type SummaryValue } from './events.js'
import { hparamsEnd, hparamsValues } from './hparams.js'
import { layoutValue } from './layout.js'
import { tfRecord } from './record.js'

/** The most numbers that are encoded at once; a number takes about 30 bytes. */
const mostNumbers = 50_000

/** TensorBoard: an event file in the run's folder, from which `tensorboard --logdir <runs>` draws. */
export const tensorBoardLogger: Logger = {
  name: 'tensorboard',
  title: 'TensorBoard',
  option: '--to tensorboard',
  send: async (cursor, sending) => {
    const file = await EventFile.open(cursor, sending)
    await file.addLayout()
    for (const part of partsAfter(sending.logged, file.cursor, mostNumbers)) {
      if (sending.signal.aborted) return
      await file.add(part.rows.map(rowEvent), part.cursor)
    }
    await file.addEnd()
  },
}

/** The event file of a run. It only grows; a run that was resumed has a new one, without the rows that were taken back. */
class EventFile {
  private constructor(
    private readonly folder: string,
    private readonly sending: Sending,
    public cursor: Cursor,
  ) {}

  /** Opens the file that the cursor names, or begins one where there is none or the run has taken back rows of it. */
  static async open(cursor: Cursor, sending: Sending): Promise<EventFile> {
    const { logged } = sending
    const folder = join(logged.run.folder, layout.tensorboard)
    await makeOwnFolder(folder)
    const known = cursor.tensorboard
    const file = new EventFile(folder, sending, cursor)
    if (known === undefined) await file.begin(0)
    else if (!(await file.isWhole())) {
      await file.begin(numberIn(known.file) + 1)
      const old = join(folder, known.file)
      await writing(old, () => rm(old, { force: true }))
    }
    return file
  }

  private get state(): NonNullable<Cursor['tensorboard']> {
    return this.cursor.tensorboard!
  }

  private get path(): string {
    return join(this.folder, this.state.file)
  }

  /** Tells whether the file has all that the cursor says and nothing else; bytes that a crash left behind are cut off. */
  private async isWhole(): Promise<boolean> {
    const { path, state, cursor, sending } = this
    if (cursor.resumed !== sending.logged.resumptions.length) return false
    await requireOwn(path, 'regular file')
    const size = (await statIfPresent(path))?.size ?? -1
    if (size > state.bytes) await writing(path, () => truncate(path, state.bytes))
    return size >= state.bytes
  }

  private async begin(number: number): Promise<void> {
    const { logged } = this.sending
    const time = secondsOf(logged.run)
    const file = nameOf(logged.run, number)
    this.cursor = { ...atStart(logged), tensorboard: { file, bytes: 0, hasLayout: false } }
    const { path } = this
    await requireOwn(path, 'regular file')
    await writing(path, () => rm(path, { force: true }))
    const hparams = hparamsValues(logged.run)
    const events = [versionEvent(time), startEvent(time, 0)]
    if (hparams.length > 0) events.push(summaryEvent({ time, step: 0 }, hparams))
    await this.add(events)
  }

  /** Adds events, after which the cursor is `next`. */
  async add(events: readonly Uint8Array[], next: Cursor = this.cursor): Promise<void> {
    const bytes = Buffer.concat(events.map(tfRecord))
    await appendText(this.path, bytes)
    this.cursor = { ...next, tensorboard: { ...this.state, bytes: this.state.bytes + bytes.length } }
    await this.sending.keep(this.cursor)
  }

  /** Adds the charts of all layers, once the columns of layers.csv are known. */
  async addLayout(): Promise<void> {
    const { columns, run } = this.sending.logged
    if (this.state.hasLayout || columns.length === 0) return
    const next = { ...this.cursor, tensorboard: { ...this.state, hasLayout: true } }
    this.cursor = next
    await this.add([summaryEvent({ time: secondsOf(run), step: 0 }, [layoutValue(columns)])], next)
  }

  /** Adds the figures and the end of a run that has ended. */
  async addEnd(): Promise<void> {
    const { logged, draw } = this.sending
    const { run } = logged
    const { status } = run.status
    if (status === this.cursor.status || status === 'running') return
    const figures = status === 'finished' ? await draw(run) : []
    const at = lastOf(logged)
    const values: SummaryValue[] = hparamsEnd(run)
    for (const { name, png } of figures) values.push(imageValue(`figures/${name}`, png))
    const events = values.length === 0 ? [] : [summaryEvent(at, values)]
    await this.add(events, { ...this.cursor, status })
  }
}

const secondsOf = ({ status }: Run): number => (Date.parse(status.startedAt) || 0) / 1000

/** The name of an event file; TensorBoard reads those of a folder in the order of their names. */
const nameOf = (run: Run, number: number): string =>
  `events.out.tfevents.${String(Math.floor(secondsOf(run))).padStart(10, '0')}.layer-rotation.${String(number).padStart(4, '0')}`

const numberIn = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0)

/** The last moment of a run. */
function lastOf(logged: LoggedRun): { step: number; time: number } {
  const [row] = logged.layersFrom(Math.max(0, logged.layerRows - 1))
  return row ?? logged.metrics.at(-1) ?? { step: 0, time: secondsOf(logged.run) }
}
