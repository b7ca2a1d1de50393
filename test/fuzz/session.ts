import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { keep, readCorpus, readFindings } from './corpus.js'
import { Coverage } from './coverage.js'
import { cook, recipe } from './mutation.js'
import { targets, type TargetName } from './targets.js'

/** The progress of a session, which it sends to the parent process. */
export interface Progress {
  executions: number
  /** The number of inputs from which new ones are made. */
  corpus: number
  /** The number of characters of source that have run. */
  covered: number
  /** CPU time. */
  seconds: number
  /** The forbidden outcome of an input, which is in the folder's file `input`. */
  finding?: string
}

/** Executions between two readings of the coverage; a reading takes as long as some executions. */
const batch = 32
/** Milliseconds after which an execution that waits is a finding. The parent stops one that computes for too long. */
const patience = 60_000

/**
 * Runs a session in this process: mutates inputs of the corpus, and adds those to it that reach new source.
 */
async function main(name: TargetName, folder: string, seed: number, save: boolean): Promise<void> {
  const target = await targets[name]()
  const work = join(folder, 'work')
  const corpus = [...(await target.seeds()), ...readCorpus(name), ...readFindings(name)]
  const random = new RandomSeeds(seed)
  let executions = 0
  const progress = (coverage: Coverage): Progress => {
    const { user, system } = process.cpuUsage()
    return { executions, corpus: corpus.length, covered: coverage.total, seconds: (user + system) / 1e6 }
  }

  /** @returns false if the input is a finding */
  const execute = async (input: Uint8Array): Promise<boolean> => {
    // The parent reads it from this file if this process ends.
    writeFileSync(join(folder, 'input'), input)
    executions++
    try {
      await withPatience(target.run(input, work))
      return true
    } catch (error) {
      tell({ ...progress(coverage), finding: inspect(error) })
      return false
    }
  }

  const coverage = new Coverage()
  for (const input of [...corpus]) {
    if (!(await execute(input))) return
    coverage.news(true)
  }
  let told = Date.now()
  tell(progress(coverage))
  for (;;) {
    const inputs = fc
      .sample(recipe, { numRuns: batch, seed: random.next() })
      .map((how) => cook(how, corpus, target.tokens))
    coverage.skip()
    for (const input of inputs) if (!(await execute(input))) return
    if (coverage.news(false) > 0) {
      for (const input of inputs) {
        if (!(await execute(input))) return
        if (coverage.news(true) === 0) continue
        corpus.push(input)
        if (save) keep(name, input)
      }
    }
    if (Date.now() - told < 1000) continue
    told = Date.now()
    tell(progress(coverage))
  }
}

async function withPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${patience / 1000} s`)), patience)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

class RandomSeeds {
  constructor(private state: number) {}

  next(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) | 0
    return this.state
  }
}

const tell = (progress: Progress) => process.send?.(progress)

// A session ends with its parent.
process.on('disconnect', () => process.exit())
process.on('unhandledRejection', (error) => {
  tell({ executions: 0, corpus: 0, covered: 0, seconds: 0, finding: `unhandled: ${inspect(error)}` })
  process.exit(1)
})
const [name = '', folder = '', seed = '', save = ''] = process.argv.slice(2)
await main(name as TargetName, folder, Number(seed), save === 'save')
process.disconnect?.()
