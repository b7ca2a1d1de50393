/** The progress of a long piece of work with files. */
export interface DataProgress {
  step: 'downloading' | 'checking' | 'unpacking' | 'decoding'
  /** The name of the file or folder that is worked on. */
  subject: string
  /** The units that are done, of `total`. */
  done: number
  total: number
  unit: 'bytes' | 'files' | 'images'
}

/** The listeners of a long piece of work, and the way to stop it. */
export interface DataWork {
  /** Receives the progress. It is called often: a listener that draws should skip most calls. */
  onProgress?: ((progress: DataProgress) => void) | undefined
  /** Receives sentences for people: that the work waits, or tries something again. */
  onNote?: ((note: string) => void) | undefined
  /** Ends the work with INTERRUPTED; the next call continues the work or starts it over. */
  signal?: AbortSignal | undefined
}
