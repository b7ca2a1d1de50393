import { cifar10, cifar100 } from '../cifar/cifar-config.js'
import { cifar100Layout, cifar10Layout } from '../cifar/cifar-layout.js'
import type { DataConfig } from '../data.js'
import { fashionMnist, mnist } from '../mnist/mnist-config.js'
import type { SetName } from './set-names.js'
import { tinyImageNet } from '../images/tiny-imagenet-config.js'

/** A file as its authors offer it. */
export interface PublishedFile {
  name: string
  url: string
  bytes: number
  /** By the authors, or as TensorFlow Datasets records it for the authors' file. */
  checksum: { algorithm: 'sha256' | 'md5'; digest: string }
}

/** How the files become what is read. */
export type Unpacking =
  /** They are read as they are, in a folder of this name. */
  | { type: 'none'; folder: string }
  | { type: 'cifar'; folder: string; bytes: number }
  /** @property bytes at most, all files together; `space` is what they take on the disk, decoded images included */
  | { type: 'zip'; folder: string; bytes: number; files: number; space: number }

export interface PublishedSet {
  /** On the command line. */
  name: SetName
  title: string
  /** With all defaults: what reads it from where `data get` puts it. */
  config: DataConfig
  images: { train: number; test: number }
  /** In the order in which they are fetched; empty for what comes with an npm package. */
  files: readonly PublishedFile[]
  unpacking: Unpacking
}

const toronto = 'https://www.cs.toronto.edu/~kriz'
const zalando = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com'

const sha256 = (digest: string) => ({ algorithm: 'sha256', digest }) as const

export const publishedSets: Readonly<Record<SetName, PublishedSet>> = {
  mnist: {
    name: 'mnist',
    title: 'MNIST',
    config: mnist(),
    images: { train: 60_000, test: 10_000 },
    files: [],
    unpacking: { type: 'none', folder: 'mnist' },
  },
  'fashion-mnist': {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST',
    config: fashionMnist(),
    images: { train: 60_000, test: 10_000 },
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        url: `${zalando}/train-images-idx3-ubyte.gz`,
        bytes: 26_421_880,
        checksum: sha256('3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'),
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        url: `${zalando}/train-labels-idx1-ubyte.gz`,
        bytes: 29_515,
        checksum: sha256('a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'),
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        url: `${zalando}/t10k-images-idx3-ubyte.gz`,
        bytes: 4_422_102,
        checksum: sha256('346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'),
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        url: `${zalando}/t10k-labels-idx1-ubyte.gz`,
        bytes: 5148,
        checksum: sha256('67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'),
      },
    ],
    unpacking: { type: 'none', folder: 'fashion-mnist' },
  },
  'cifar-10': {
    name: 'cifar-10',
    title: 'CIFAR-10',
    config: cifar10(),
    images: { train: 50_000, test: 10_000 },
    files: [
      {
        name: cifar10Layout.archive,
        url: `${toronto}/${cifar10Layout.archive}`,
        bytes: 170_052_171,
        checksum: sha256('c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd'),
      },
    ],
    unpacking: { type: 'cifar', folder: cifar10Layout.folder, bytes: 184_380_000 },
  },
  'cifar-100': {
    name: 'cifar-100',
    title: 'CIFAR-100',
    config: cifar100(),
    images: { train: 50_000, test: 10_000 },
    files: [
      {
        name: cifar100Layout.archive,
        url: `${toronto}/${cifar100Layout.archive}`,
        bytes: 168_513_733,
        checksum: sha256('58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec'),
      },
    ],
    unpacking: { type: 'cifar', folder: cifar100Layout.folder, bytes: 184_440_000 },
  },
  'tiny-imagenet': {
    name: 'tiny-imagenet',
    title: 'Tiny ImageNet',
    config: tinyImageNet(),
    images: { train: 100_000, test: 10_000 },
    files: [
      {
        name: 'tiny-imagenet-200.zip',
        url: 'http://cs231n.stanford.edu/tiny-imagenet-200.zip',
        bytes: 248_100_043,
        checksum: { algorithm: 'md5', digest: '90528d7ca1a48142e341f4ef8d21d0de' },
      },
    ],
    unpacking: { type: 'zip', folder: 'tiny-imagenet-200', bytes: 1e9, files: 200_000, space: 2e9 },
  },
}
