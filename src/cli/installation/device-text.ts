import type { NativeDevice } from '../../native/contract.js'

/** `cuda:0 (NVIDIA H100, 79 GiB)` */
export function deviceText({ name, description, memory }: NativeDevice): string {
  const gigabytes = memory === undefined ? '' : `, ${(memory / 2 ** 30).toFixed(0)} GiB`
  return description === '' ? name + gigabytes : `${name} (${description}${gigabytes})`
}
