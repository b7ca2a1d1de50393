/** The result of checking one thing that a run needs. */
export interface Check {
  /** 'note' means that a run works without it, but that the user may miss it. */
  state: 'passed' | 'note' | 'failed'
  /** The thing that was checked. */
  what: string
  /** The finding. */
  found: string
  /** Advice on what to do; null if nothing needs to be done. */
  advice: string | null
}

export const passed = (what: string, found: string): Check => ({ state: 'passed', what, found, advice: null })
export const note = (what: string, found: string, advice: string): Check => ({ state: 'note', what, found, advice })
export const failed = (what: string, found: string, advice: string): Check => ({ state: 'failed', what, found, advice })
