import { LayerRotationError } from '../../src/errors.js'

/** Something that reads what may come from anybody. */
export interface Target {
  /** Valid inputs and near ones, from which all others are made; none may fail with anything but what `run` allows. */
  seeds(): Promise<Uint8Array[]> | Uint8Array[]
  /** Words of the format, which random bytes would not hit upon. */
  tokens?: readonly string[]
  /**
   * Reads the input.
   *
   * @param folder to write into, and no farther; of this call and those after it
   * @throws whatever is a finding: any error but those that `expectRefusal` takes
   */
  run(input: Uint8Array, folder: string): Promise<void>
}

/** What a reader may do with a hostile input: take it, or refuse it with a LayerRotationError that says something. */
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
