import { Session, type Profiler } from 'node:inspector'

/** The characters of this package's source that have run, by V8's block coverage. */
export class Coverage {
  private readonly session = new Session()
  private readonly covered = new Map<string, Uint8Array>()

  constructor() {
    this.session.connect()
    this.session.post('Profiler.enable')
    // Only counts are reset each time they are read, not flags.
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Forgets what has run since the last call, because no input caused it. */
  skip(): void {
    this.take()
  }

  /** The number of characters that ran for the first time since the last call. With `keep` they count as known from now on. */
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

  /** The number of characters that have run. */
  get total(): number {
    return [...this.covered.values()].reduce((sum, flags) => sum + flags.reduce((a, b) => a + b, 0), 0)
  }

  /** The flags of a script. V8 does not report its length, only ranges up to the last function that ran. */
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

/** One flag for each character. An inner range follows the range around it, and overrides it. */
function paint(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const end = Math.max(...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)))
  const flags = new Uint8Array(end)
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) flags.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  }
  return flags
}
