/** How far a long piece of work with files has come. */
export interface DataProgress {
  step: 'downloading' | 'checking' | 'unpacking' | 'decoding'
  /** What is worked on: the name of a file or folder. */
  subject: string
  /** Of `total` units. */
  done: number
  total: number
  unit: 'bytes' | 'files' | 'images'
}

/** What goes with a long piece of work. */
export interface DataWork {
  /** Called often: a listener that draws leaves most of them out. */
  onProgress?: ((progress: DataProgress) => void) | undefined
  /** Gets sentences for people: what is waited for, what is tried again. */
  onNote?: ((note: string) => void) | undefined
  /** Ends the work with INTERRUPTED; what is half done is continued or begun anew the next time. */
  signal?: AbortSignal | undefined
}
