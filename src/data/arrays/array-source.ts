/** The place of an array: a .npy file, or one array of a .npz file or one column of a Parquet file. */
export interface ArraySource {
  file: string
  /** The name of the array or column; undefined in a .npy file, which has one, and for a column with a usual name. */
  member: string | undefined
}

/**
 * Takes a path apart: 'x.npy', or 'mnist.npz/x_train' for the array x_train of mnist.npz. Names of arrays and columns may have
 * slashes, too.
 */
export function arraySource(path: string): ArraySource {
  const [, file, member] = /^(.*\.(?:npz|parquet))\/(.+)$/is.exec(path) ?? []
  // Folders may have such a name, too, as those that Spark writes, with files in them.
  const isWhole = file === undefined || /\.(?:npy|npz|parquet)$/i.test(member!)
  return isWhole ? { file: path, member: undefined } : { file, member: member! }
}

/** Tells a Parquet file by its name. */
export const isParquet = (file: string): boolean => /\.parquet$/i.test(file)
