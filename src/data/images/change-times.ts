import { fileSystemOf } from './image-files.js'
import type { ImageFile } from './image-list.js'

/**
 * The file systems that keep the time of the last change of each file, which no program can set, by their numbers in
 * statfs(2). On others, such as FAT, FUSE and read-only images, a file can change without a trace.
 */
const keepChangeTimes = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x01021994, // tmpfs
  0x794c7630, // overlay
  0x6969, // NFS
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
])

/** Milliseconds within which two changes of a file can have the same time: more than the clock of any of them needs. */
const resolution = 2000

/** Tells whether the file systems of all files keep the time of the last change. */
export function haveChangeTimes(files: readonly ImageFile[]): boolean {
  const devices = new Map(files.map(({ path, status }) => [status.dev, path]))
  return [...devices.values()].every((path) => keepChangeTimes.has(fileSystemOf(path)))
}

/** Tells whether the last change of a file is so long ago that one from now on has another time. */
export function isSettled({ status }: ImageFile): boolean {
  return status.ctimeNs / 1_000_000n < BigInt(Date.now() - resolution)
}
