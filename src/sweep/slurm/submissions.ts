import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { ifPresent } from '../../files/if-present.js'
import { json, parseJson } from '../../files/json.js'
import { readText } from '../../files/read-text.js'
import { reading } from '../../files/reading.js'
import { writeDurably } from '../../files/write.js'
import { studyLayout } from '../../study/ledger.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

/** A job array that was submitted. */
export interface Submission {
  /** Slurm's number of the array. */
  job: number
  /** The points of the tasks 1, 2 …: the names of their runs' folders. */
  points: string[]
}

/** The paths of what is kept of a submission. */
export interface SubmissionFiles {
  script: string
  /** The list of points. */
  list: string
  /** The record that Slurm took it. */
  record: string
}

/** The paths for a submission of a study by its name. */
export function submissionFiles(study: string, name: string): SubmissionFiles {
  const path = (end: string) => join(study, studyLayout.slurm, `${name}.${end}`)
  return { script: path('sh'), list: path('txt'), record: path('json') }
}

const recordSchema = strictObject({ format: z.literal(1), job: z.int().min(1), submittedAt: z.string() })

/** Records that a script was submitted. @throws {LayerRotationError} WRITE_FAILED */
export async function recordSubmission(record: string, job: number): Promise<void> {
  await writeDurably(record, json({ format: 1, job, submittedAt: new Date().toISOString() }))
}

/** The submissions of a study, the newest last, and what is wrong with records that cannot be read. */
export interface Submissions {
  submissions: Submission[]
  problems: string[]
}

/** Reads the submissions of a study. @throws {LayerRotationError} READ_FAILED for the folder */
export async function readSubmissions(study: string): Promise<Submissions> {
  const folder = join(study, studyLayout.slurm)
  const files = (await reading(folder, () => ifPresent(() => readdir(folder)))) ?? []
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
  const found: Submissions = { submissions: [], problems: [] }
  for (const name of names.sort()) {
    try {
      found.submissions.push(await readSubmission(submissionFiles(study, name)))
    } catch (error) {
      if (!(error instanceof LayerRotationError)) throw error
      found.problems.push(error.message)
    }
  }
  return found
}

async function readSubmission({ list, record }: SubmissionFiles): Promise<Submission> {
  const found = parseJson(await reading(record, () => readText(record)), record)
  const { job } = validate(recordSchema, found, record, 'INVALID_FILE')
  return { job, points: pointsIn(await reading(list, () => readText(list)), list) }
}

/** The text of a list of points. */
export const listText = (points: readonly string[]): string => points.map((point) => `${point}\n`).join('')

function pointsIn(text: string, list: string): string[] {
  const points = text.split('\n').filter((line) => line !== '')
  const wrong = points.findIndex((point) => !/^\w[\w.-]*$/.test(point))
  if (wrong === -1) return points
  const message = `${list}: line ${wrong + 1} is ${JSON.stringify(points[wrong])}; expected the name of a run's folder`
  throw new LayerRotationError('INVALID_FILE', message)
}
