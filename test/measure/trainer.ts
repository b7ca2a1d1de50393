import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

type Action =
  | ['write' | 'half', string, Record<string, readonly number[]>]
  | ['text' | 'rename', string, string]
  | ['delete', string]

/** A process that writes checkpoints into a folder; returns a function that makes it do something and waits for that. */
export function startTrainer(folder: string): (...action: Action) => Promise<void> {
  const script = fileURLToPath(new URL('trainer.mjs', import.meta.url))
  const child = spawn(process.execPath, [script], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async (...action) => {
    child.stdin.write(`${JSON.stringify(action)}\n`)
    if ((await answers.next()).done) throw new Error(`the trainer ended at ${JSON.stringify(action)}`)
  }
}
