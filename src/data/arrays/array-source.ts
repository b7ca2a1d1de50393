/** The place of an array: a .npy file, or one array of a .npz file. */
export interface ArraySource {
  file: string
  /** The name of the array in a .npz file; undefined in a .npy file, which has one. */
  member: string | undefined
}

/** Takes a path apart: 'x.npy', or 'mnist.npz/x_train' for the array x_train of mnist.npz. */
export function arraySource(path: string): ArraySource {
  const [, file, member] = /^(.*\.npz)\/([^/]+)$/is.exec(path) ?? []
  return file === undefined ? { file: path, member: undefined } : { file, member }
}
