import { LayerRotationError } from '../../src/errors.js'

/** A part of the package that reads untrusted input. */
export interface Target {
  /** Valid and almost valid inputs, from which all others are made. `run` accepts each of them. */
  seeds(): Promise<Uint8Array[]> | Uint8Array[]
  /** Words of the format, which random bytes would hardly contain. */
  tokens?: readonly string[]
  /**
   * Reads the input.
   *
   * @param folder the only folder to write into; later calls get the same one
   * @throws on a finding, which is any error that `expectRefusal` does not accept
   */
  run(input: Uint8Array, folder: string): Promise<void>
}

/** Checks that a reader accepts a hostile input, or refuses it with a LayerRotationError that has a useful message. */
export async function expectRefusal(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    if (error.code === 'WRITE_FAILED') throw new Error(`a file that was read is blamed on the disk: ${error.message}`)
    if (error.message.length < 10) throw new Error(`the message says nothing: ${error.message}`)
    if (error.message.length > 20_000) throw new Error(`the message has ${error.message.length} characters`)
  }
  const polluted = Object.keys(Object.prototype)
  if (polluted.length > 0) throw new Error(`Object.prototype has ${polluted.join(', ')}`)
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
