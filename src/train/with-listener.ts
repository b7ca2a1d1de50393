/** Runs `work`, which reports to a listener from places that cannot wait for it, such as a call from the addon. */
interface Reported<Event, Result> {
  /** Undefined if nobody listens. It may return a promise. */
  listener: ((event: Event) => unknown) | undefined
  /** Called when the listener fails, so that the work ends soon. */
  stop: () => void
  /** The work, which calls `report` for each event. */
  work: (report: ((event: Event) => void) | undefined) => Promise<Result>
}

/**
 * Runs work that reports to a listener, and waits for the promises that the listener returned. An error of the listener,
 * thrown or rejected, becomes that of the work: outside any promise it would end the process.
 *
 * @throws the listener's first error, or else that of the work
 */
export async function withListener<Event, Result>({ listener, stop, work }: Reported<Event, Result>): Promise<Result> {
  if (listener === undefined) return work(undefined)
  const failures: unknown[] = []
  const fail = (error: unknown) => {
    failures.push(error)
    stop()
  }
  const pending = new Set<Promise<void>>()
  const report = (event: Event) => {
    try {
      const call = Promise.resolve(listener(event))
        .then(() => undefined, fail)
        .finally(() => pending.delete(call))
      pending.add(call)
    } catch (error) {
      fail(error)
    }
  }
  const [outcome] = await Promise.allSettled([work(report)])
  await Promise.all(pending)
  if (failures.length > 0) throw failures[0]
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
