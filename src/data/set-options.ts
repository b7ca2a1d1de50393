import { z } from 'zod'

/** Folder that holds the files of a data set; null for the place where `layer-rotation data get` puts them. */
export const folder = z.string().min(1).nullable().default(null)

/** How many training images of each class are drawn by the seed; null for all. The test images are always all used. */
export const perClass = z.int().min(1).nullable().default(null)
