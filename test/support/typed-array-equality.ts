import { expect } from 'vitest'

/**
 * Lets `toEqual` compare the bytes of typed arrays first: it compares them number by number, and needs seconds for the weights of
 * a layer. Arrays whose bytes differ are left to it.
 */
expect.addEqualityTesters([
  (a: unknown, b: unknown) => {
    if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined
    return bytesOf(a).equals(bytesOf(b)) || undefined
  },
])

const bytesOf = (view: ArrayBufferView): Buffer => Buffer.from(view.buffer, view.byteOffset, view.byteLength)
