/** The place of an array: a .npy file, or one array of a .npz file or one column of a Parquet file. */
export interface ArraySource {
  file: string
  /** The name of the array or column; undefined in a .npy file, which has one, and for a column with a usual name. */
  member: string | undefined
}

/** Takes a path apart: 'x.npy', or 'mnist.npz/x_train' for the array x_train of mnist.npz. */
export function arraySource(path: string): ArraySource {
  const [, file, member] = /^(.*\.(?:npz|parquet))\/([^/]+)$/is.exec(path) ?? []
  // Spark writes folders of this name, with files in them.
  return file === undefined || isParquet(member!) ? { file: path, member: undefined } : { file, member }
}

/** Tells a Parquet file by its name. */
export const isParquet = (file: string): boolean => /\.parquet$/i.test(file)
