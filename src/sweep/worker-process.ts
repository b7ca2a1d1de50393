import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromWorker, PointProgress, TaskEnd, ToWorker } from './messages.js'

/** The program of a worker. */
const program = fileURLToPath(new URL('worker.js', import.meta.url))

/** The most characters of a worker's standard error that a message repeats. */
const longestWords = 2000

/** A task for a worker. */
export type Task = Exclude<ToWorker, { type: 'stop' }>

export interface TaskListeners {
  onProgress?: ((progress: PointProgress) => void) | undefined
  onNote?: ((note: string) => void) | undefined
}

/**
 * A process that does tasks, one at a time. It is started by the first task and, if it dies, again by the next one; its death
 * ends the task that it did with an error.
 */
export class WorkerProcess {
  private child: ChildProcess | undefined

  /** Does a task. Never rejects. */
  do(task: Task, listeners: TaskListeners = {}): Promise<TaskEnd> {
    // A process that is dying is no longer connected.
    const child = this.child?.connected ? this.child : (this.child = this.start())
    return new Promise((resolve) => {
      let words = ''
      const hear = (chunk: Buffer) => (words = (words + chunk.toString()).slice(-longestWords))
      const receive = (message: FromWorker) => {
        if (message.type === 'progress') listeners.onProgress?.(message.progress)
        else if (message.type === 'note') listeners.onNote?.(message.note)
        else finish(message.end)
      }
      const die = (code: number | null, signal: NodeJS.Signals | null) =>
        finish(death(signal ?? `exit code ${code}`, words))
      const fail = (error: Error) => finish(death(error.message, words))
      const finish = (end: TaskEnd) => {
        child.off('message', receive).off('close', die).off('error', fail)
        child.stderr?.off('data', hear)
        resolve(end)
      }
      child.on('message', receive).on('close', die).on('error', fail)
      child.stderr?.on('data', hear)
      child.send(task satisfies ToWorker, (error) => {
        if (error !== null) fail(error)
      })
    })
  }

  /** Ends the task after its step, and the process with it. */
  stop(): void {
    if (this.child?.connected) this.child.send({ type: 'stop' } satisfies ToWorker, () => undefined)
  }

  /** Ends the process, which has no task. */
  end(): void {
    if (this.child?.connected) this.child.disconnect()
  }

  private start(): ChildProcess {
    const child = fork(program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] })
    child.once('close', () => {
      if (this.child === child) this.child = undefined
    })
    // An error without a task is followed by `close`.
    child.on('error', () => undefined)
    return child
  }
}

function death(how: string, words: string): TaskEnd {
  const hint = how === 'SIGKILL' ? '; the system may have run out of memory' : ''
  const said = words.trim() === '' ? '' : `: ${words.trim()}`
  return { end: 'error', code: 'NATIVE', message: `its process ended by ${how}${hint}${said}` }
}
