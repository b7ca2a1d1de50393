import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('corpus', import.meta.url))
const findings = fileURLToPath(new URL('findings', import.meta.url))

/** The limits of an input's bytes and of the inputs in the repository's corpus. */
const largestKept = 2048
const mostKept = 60

/** Inputs of earlier sessions, each of which reaches source that the ones before it do not. */
export const readCorpus = (target: string): Uint8Array[] => readAll(join(folder, target))

/** Inputs that once were findings. */
export const readFindings = (target: string): Uint8Array[] => readAll(join(findings, target))

/** Adds an input to the corpus, unless it is too large or the corpus is full. */
export function keep(target: string, input: Uint8Array): void {
  const place = join(folder, target)
  if (input.length > largestKept || readAll(place).length >= mostKept) return
  write(place, input)
}

/** @returns the file's path */
export const keepFinding = (target: string, input: Uint8Array): string => write(join(findings, target), input)

function write(place: string, input: Uint8Array): string {
  mkdirSync(place, { recursive: true })
  const path = join(place, createHash('sha256').update(input).digest('hex').slice(0, 12))
  writeFileSync(path, input)
  return path
}

function readAll(place: string): Uint8Array[] {
  if (!existsSync(place)) return []
  return readdirSync(place)
    .sort()
    .map((name) => readFileSync(join(place, name)))
}
