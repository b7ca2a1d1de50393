import { memory as memoryText } from '../../numbers.js'
import type { NativeDevice } from '../../native/contract.js'

/** A device in words: `cuda:0 (NVIDIA H100, 79 GiB)`. */
export function deviceText({ name, description, memory }: NativeDevice): string {
  const gigabytes = memory === undefined ? '' : `, ${memoryText(memory)}`
  return description === '' ? name + gigabytes : `${name} (${description}${gigabytes})`
}
