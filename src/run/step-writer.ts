import { setImmediate } from 'node:timers/promises'
import { joinTables, type LayerTable } from '../rotation/layer-table.js'
import { writeStepPart } from './step-records.js'
import type { PendingSteps } from './training-checkpoint.js'

/** A part of so many rows is large enough: flushing it to the disk takes no share of the time that they took. */
const enoughRows = 2 ** 16

/**
 * Writes the parts of a steps/ folder beside the work of the engine. Where one ends follows from epochs and rows alone, so
 * that a run that was resumed has the same: the first holds an epoch, each that follows as many epochs as came before it,
 * or those that make enough rows.
 */
export class StepWriter {
  private tables: LayerTable[] = []
  /** 0-based, of the first of these tables. */
  private firstEpoch = 0
  /** The part that is being written: what failed, or undefined. */
  private part: Promise<Error | undefined> = Promise.resolve(undefined)

  /**
   * @param folder exists
   * @param pending what another writer left
   */
  constructor(
    private readonly folder: string,
    pending?: PendingSteps,
  ) {
    if (!pending) return
    this.tables = [pending.table]
    this.firstEpoch = pending.firstEpoch
  }

  /** Takes the records of an epoch, 0-based. @throws {LayerRotationError} WRITE_FAILED for an earlier one */
  async add(epoch: number, table: LayerTable): Promise<void> {
    if (this.tables.length === 0) this.firstEpoch = epoch
    this.tables.push(table)
    const rows = this.tables.reduce((sum, { length }) => sum + length, 0)
    const epochs = epoch + 1 - this.firstEpoch
    if (rows >= enoughRows || epochs >= Math.max(1, this.firstEpoch)) await this.beginPart()
  }

  /** What no part holds yet, once those that have begun are on the disk. @throws {LayerRotationError} WRITE_FAILED */
  async pending(): Promise<PendingSteps | undefined> {
    await this.lastPart()
    if (this.tables.length === 0) return undefined
    return { firstEpoch: this.firstEpoch, table: joinTables(this.tables) }
  }

  /** Writes what is left and waits for it. @throws {LayerRotationError} WRITE_FAILED */
  async end(): Promise<void> {
    if (this.tables.length > 0) await this.beginPart()
    await this.lastPart()
  }

  private async beginPart(): Promise<void> {
    await this.lastPart()
    const [epoch, tables] = [this.firstEpoch, this.tables]
    this.tables = []
    const write = async () => {
      await setImmediate() // lets the engine begin first
      await writeStepPart(this.folder, epoch, joinTables(tables))
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
