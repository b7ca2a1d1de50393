import { setImmediate } from 'node:timers/promises'
import { joinTables, type LayerTable } from '../trajectory/layer-table.js'
import { writeStepPart } from './step-records.js'

/** Milliseconds between parts: flushing a file to the disk takes a few of them. */
const interval = 1000

/**
 * Writes the parts of a steps/ folder beside the work of the engine: one an epoch, of epochs shorter than a second one a
 * second, so that recording every step of a small network costs no share of its time either. A process that is killed loses
 * the steps of its last second.
 */
export class StepWriter {
  private pending: LayerTable[] = []
  /** 0-based, of the first pending table. */
  private firstEpoch = 0
  private lastBegun = -Infinity
  /** The part that is being written: what failed, or undefined. */
  private part: Promise<Error | undefined> = Promise.resolve(undefined)

  /** @param folder exists */
  constructor(private readonly folder: string) {}

  /** Takes the records of an epoch, 0-based. @throws {LayerRotationError} WRITE_FAILED for an earlier one */
  async add(epoch: number, table: LayerTable): Promise<void> {
    if (this.pending.length === 0) this.firstEpoch = epoch
    this.pending.push(table)
    if (performance.now() - this.lastBegun >= interval) await this.beginPart()
  }

  /** Writes what is left and waits for it. @throws {LayerRotationError} WRITE_FAILED */
  async end(): Promise<void> {
    if (this.pending.length > 0) await this.beginPart()
    await this.lastPart()
  }

  private async beginPart(): Promise<void> {
    await this.lastPart()
    const [epoch, tables] = [this.firstEpoch, this.pending]
    this.pending = []
    this.lastBegun = performance.now()
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
