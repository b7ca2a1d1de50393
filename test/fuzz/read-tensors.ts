import { readCheckpoint } from '../../src/checkpoints/read-checkpoint.js'
import { Scratch } from '../../src/checkpoints/scratch.js'

/** Lists the tensors of a checkpoint, and writes those whose elements no file holds as they are. */
export async function readTensors(path: string): Promise<void> {
  const { tensors } = await readCheckpoint(path)
  const scratch = new Scratch(() => undefined)
  try {
    await scratch.place(new Map(tensors.map((tensor) => [tensor.name, tensor])))
  } finally {
    await scratch.close()
  }
}
