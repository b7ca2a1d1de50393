import type { z } from 'zod'
import type { SetName } from './catalog/set-names.js'
import type { CifarLayout } from './cifar/cifar-layout.js'
import type { DataWork } from './progress.js'
import type { Splits, TokenSplits } from './split.js'

/** The properties of data that a model must fit, known without reading a file. */
export interface DataShape {
  /** The shape of one example: [channels, height, width] of an image, [context] of a window of tokens. */
  inputShape: readonly number[]
  /** The number of classes; of tokens, the size of the vocabulary. */
  classes: number
  /** true: an example is a window of token ids, each of which has a class of its own, the id that follows it. */
  isTokens?: true
}

type TypedObject = z.ZodObject<{ type: z.ZodLiteral<string> }>

/** The schema of a type of data: of an object, or of one that is checked as a whole. */
export type DataSchema = TypedObject | z.ZodPipe<TypedObject>

/** A type of data: its keys, and all that the package knows of it. */
export interface DataSet<
  Schema extends DataSchema = DataSchema,
  Read extends Splits | TokenSplits = Splits | TokenSplits,
> {
  schema: Schema
  shape(config: z.output<Schema>): DataShape
  /** The number of examples of each split; undefined if only the files tell it. */
  images(config: z.output<Schema>): { train: number; test: number } | undefined
  /** Names the data in a few words, for a description of an experiment. */
  text(config: z.output<Schema>): string
  /**
   * Reads all images, before a subset is drawn, or all tokens.
   *
   * @param seed the seed of the experiment, for images that are made rather than read
   * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE; image files also WRITE_FAILED, INTERRUPTED
   */
  read(config: z.output<Schema>, seed: number, work: DataWork): Read | Promise<Read>
  /** The publication that `layer-rotation data` lists, downloads and checks; absent for data of the user's own. */
  published?: Publication<z.output<Schema>>
}

/** Infers the schema's type, so that the methods know the keys of their config. */
export const dataSet = <Schema extends DataSchema, Read extends Splits | TokenSplits>(
  set: DataSet<Schema, Read>,
): DataSet<Schema, Read> => set

/** A data set as its authors offer it. */
export interface Publication<Config> {
  /** The name on the command line. */
  name: SetName
  /** The name in messages. */
  title: string
  /** The files in the order in which they are fetched; empty for a data set that comes with an npm package. */
  files: readonly PublishedFile[]
  unpacking: Unpacking
  /** The command that brings the data set; `layer-rotation data get` if absent. */
  get?: string
  /**
   * Finds the files that a training with this config would read; a folder stands for all files in it.
   *
   * @throws {LayerRotationError} MISSING_FILE if the data set or a file of it is missing; INVALID_FILE for a file of wrong
   *   length
   */
  locate(config: Config): string[] | Promise<string[]>
}

/** A file as its authors offer it. */
export interface PublishedFile {
  name: string
  url: string
  bytes: number
  /** The checksum by the authors, or the one that TensorFlow Datasets records for the authors' file. */
  checksum: Checksum
}

export interface Checksum {
  algorithm: 'sha256' | 'md5'
  /** The checksum, in hex. */
  digest: string
}

export const sha256 = (digest: string): Checksum => ({ algorithm: 'sha256', digest })
export const md5 = (digest: string): Checksum => ({ algorithm: 'md5', digest })

/** The way from the downloaded files to those that are read, which are in `folder` of the data folder. */
export type Unpacking =
  /** The files are read as they are. */
  | { type: 'none'; folder: string }
  /** @property bytes the size of all files together */
  | { type: 'cifar'; folder: string; bytes: number; layout: CifarLayout }
  /**
   * @property bytes the most that all files have together
   * @property files the most files
   * @property space bytes on the disk, decoded images included
   */
  | { type: 'zip'; folder: string; bytes: number; files: number; space: number }
