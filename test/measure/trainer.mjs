/**
 * Does to a folder what a training does that saves checkpoints, one action after the other. Each is a line of JSON of the standard
 * input, answered by a line once it is done:
 *
 *     ["write", "step1.safetensors", {"a.weight": [1, 0]}]     in pieces, as if the disk were slow
 *     ["half", "step2.safetensors", {"a.weight": [1, 0]}]      the first half of the file alone
 *     ["text", "model.safetensors.index.json", "…"]
 *     ["delete", "step1.safetensors"]                          a file or a folder
 *     ["rename", "tmp-checkpoint-1", "checkpoint-1"]
 */
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'

/**
 * A safetensors file of float32 rows.
 *
 * @param {Record<string, number[]>} tensors
 */
function safetensors(tensors) {
  /** @type {Record<string, object>} */
  const header = {}
  let at = 0
  for (const [name, data] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape: [1, data.length], data_offsets: [at, (at += 4 * data.length)] }
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([
    length,
    text,
    ...Object.values(tensors).map((data) => Buffer.from(Float32Array.from(data).buffer)),
  ])
}

/** @type {Record<string, (...values: any[]) => void | Promise<void>>} */
const actions = {
  async write(file, tensors) {
    const bytes = safetensors(tensors)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
    for (let at = 0; at < bytes.length; at += 24) {
      appendFileSync(file, bytes.subarray(at, at + 24))
      await setTimeout(5)
    }
  },
  half(file, tensors) {
    const bytes = safetensors(tensors)
    writeFileSync(file, bytes.subarray(0, bytes.length / 2))
  },
  text: (file, text) => writeFileSync(file, text),
  delete: (path) => rmSync(path, { recursive: true }),
  rename: (from, to) => renameSync(from, to),
}

for await (const line of createInterface({ input: process.stdin })) {
  const [action, ...values] = JSON.parse(line)
  await actions[action]?.(...values)
  console.log(action)
}
