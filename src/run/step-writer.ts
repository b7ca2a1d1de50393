import { setImmediate } from 'node:timers/promises'
import { joinTables, type LayerTable } from '../rotation/layer-table.js'
import type { FileStamp } from './file-stamp.js'
import { stepPart, writeStepPart } from './step-records.js'
import type { PendingSteps } from './training-checkpoint.js'

/** Rows that are enough for a part: flushing them takes far less time than the steps that they record. */
const enoughRows = 2 ** 16

/**
 * Writes the parts of a steps/ folder while the engine works. Where a part ends depends on epochs and rows only, so that a
 * resumed run has the same parts: the first holds one epoch, each later one as many epochs as came before it, or fewer if
 * they make enough rows.
 */
export class StepWriter {
  private tables: LayerTable[] = []
  /** The epoch, 0-based, of the first of these tables. */
  private firstEpoch = 0
  /** The last part, which may still be being written: resolves to the error if writing it failed. */
  private part: Promise<Error | undefined> = Promise.resolve(undefined)

  /**
   * @param folder an existing folder
   * @param confirm rejects with RUN_LOCKED if the folder must not be written any more
   * @param pending the records that an earlier writer had not yet written
   * @param parts the parts that it had written
   */
  constructor(
    private readonly folder: string,
    private readonly confirm: () => Promise<void>,
    pending?: PendingSteps,
    private readonly parts: Record<string, FileStamp> = {},
  ) {
    if (!pending) return
    this.tables = [pending.table]
    this.firstEpoch = pending.firstEpoch
  }

  /** Takes the records of an epoch, 0-based. @throws {LayerRotationError} WRITE_FAILED if an earlier part failed */
  async add(epoch: number, table: LayerTable): Promise<void> {
    if (this.tables.length === 0) this.firstEpoch = epoch
    this.tables.push(table)
    const rows = this.tables.reduce((sum, { length }) => sum + length, 0)
    const epochs = epoch + 1 - this.firstEpoch
    if (rows >= enoughRows || epochs >= Math.max(1, this.firstEpoch)) await this.beginPart()
  }

  /**
   * The parts, by their names, and the records that none holds; waits until the last part is on the disk. @throws
   * {LayerRotationError} WRITE_FAILED
   */
  async state(): Promise<{ parts: Record<string, FileStamp>; pending: PendingSteps | undefined }> {
    await this.lastPart()
    const parts = { ...this.parts }
    if (this.tables.length === 0) return { parts, pending: undefined }
    return { parts, pending: { firstEpoch: this.firstEpoch, table: joinTables(this.tables) } }
  }

  /** Writes the remaining records and waits for them. @throws {LayerRotationError} WRITE_FAILED */
  async end(): Promise<void> {
    if (this.tables.length > 0) await this.beginPart()
    await this.lastPart()
  }

  private async beginPart(): Promise<void> {
    await this.lastPart()
    const [epoch, tables] = [this.firstEpoch, this.tables]
    this.tables = []
    const write = async () => {
      await setImmediate() // lets the engine begin its next epoch first
      await this.confirm()
      this.parts[stepPart(epoch)] = await writeStepPart(this.folder, epoch, joinTables(tables))
    }
    this.part = write().then(
      () => undefined,
      (error: Error) => error,
    )
  }

  private async lastPart(): Promise<void> {
    const failure = await this.part
    if (failure !== undefined) throw failure
  }
}
