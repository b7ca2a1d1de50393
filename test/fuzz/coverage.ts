import { Session, type Profiler } from 'node:inspector'

/** Which characters of this package's own source have run, by V8's block coverage. */
export class Coverage {
  private readonly session = new Session()
  private readonly covered = new Map<string, Uint8Array>()

  constructor() {
    this.session.connect()
    this.session.post('Profiler.enable')
    // Counts rather than yes or no: only they are set back each time they are taken.
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Forgets what has run since the last time: not the work of an input. */
  skip(): void {
    this.take()
  }

  /** How many characters have run since the last time that had not before; they have from now on if `keep`. */
  news(keep: boolean): number {
    let news = 0
    for (const { url, functions } of this.take()) {
      if (!url.includes('/src/') || url.includes('node_modules')) continue
      const now = paint(functions)
      const before = this.flags(url, now.length)
      for (let i = 0; i < now.length; i++) {
        if (now[i] === 0 || before[i] === 1) continue
        news++
        if (keep) before[i] = 1
      }
    }
    return news
  }

  /** Characters that have run. */
  get total(): number {
    return [...this.covered.values()].reduce((sum, flags) => sum + flags.reduce((a, b) => a + b, 0), 0)
  }

  /** Of a script, at least so long: what stands behind the last function that ran is not told. */
  private flags(url: string, length: number): Uint8Array {
    const flags = this.covered.get(url) ?? new Uint8Array()
    if (flags.length >= length) return flags
    const longer = new Uint8Array(length)
    longer.set(flags)
    this.covered.set(url, longer)
    return longer
  }

  private take(): Profiler.ScriptCoverage[] {
    let result: Profiler.ScriptCoverage[] = []
    this.session.post('Profiler.takePreciseCoverage', (error, found) => {
      if (error) throw error
      result = found.result
    })
    return result
  }
}

/** One flag a character: an inner range stands behind the one that it lies in, and decides. */
function paint(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const end = Math.max(...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)))
  const flags = new Uint8Array(end)
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) flags.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  }
  return flags
}
