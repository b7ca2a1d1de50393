/** What came of looking at one thing that a run needs. */
export interface Check {
  /** 'note': a run works without it, but the user may miss it. */
  state: 'passed' | 'note' | 'failed'
  what: string
  found: string
  /** What to do; null where nothing is to be done. */
  advice: string | null
}

export const passed = (what: string, found: string): Check => ({ state: 'passed', what, found, advice: null })
export const note = (what: string, found: string, advice: string): Check => ({ state: 'note', what, found, advice })
export const failed = (what: string, found: string, advice: string): Check => ({ state: 'failed', what, found, advice })
