/**
 * Writes the newest of some values: while one is written, others come, and all but the last of them are passed over. Writing a
 * series takes seconds, and at its start checkpoints may come faster.
 */
export class LatestWriter<Value> {
  private next: { value: Value } | undefined
  private writing: Promise<void> | undefined
  private failure: { error: unknown } | undefined

  constructor(private readonly write: (value: Value) => Promise<unknown>) {}

  /** Takes a value, and does not wait until it is written. @throws the error of an earlier one */
  push(value: Value): void {
    if (this.failure !== undefined) throw this.failure.error
    this.next = { value }
    this.writing ??= this.work()
  }

  /** Waits until nothing is being written. @throws the error of the last value */
  async end(): Promise<void> {
    await this.writing
    if (this.failure !== undefined) throw this.failure.error
  }

  private async work(): Promise<void> {
    try {
      while (this.next !== undefined) {
        const { value } = this.next
        this.next = undefined
        await this.write(value)
      }
    } catch (error) {
      this.failure = { error }
    } finally {
      this.writing = undefined
    }
  }
}
