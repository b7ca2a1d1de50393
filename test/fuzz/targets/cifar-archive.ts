import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readCifarArchive } from '../../../src/data/cifar/cifar-archive.js'
import { recordBytes, type CifarLayout } from '../../../src/data/cifar/cifar-layout.js'
import { cifarFile, tarEntry } from '../../data/cifar-files.js'
import { expectRefusal, type Target } from '../target.js'

/** Files of one image each. */
const layout: CifarLayout = {
  title: 'CIFAR',
  name: 'cifar-10',
  folder: 'cifar-bin',
  archive: 'cifar.tar.gz',
  others: [],
  labels: [{ name: 'label', classes: 10 }],
  train: [{ name: 'train.bin', records: 1 }],
  test: [{ name: 'test.bin', records: 1 }],
}

/** A tar archive, which is packed before it is read where the first byte is odd. */
export const cifarArchive: Target = {
  seeds: () => {
    const image = cifarFile(layout, layout.train[0]!)
    const entry = (name: string, options = {}) => tarEntry(`cifar-bin/${name}`, image, options)
    const whole = [entry('train.bin'), entry('test.bin')]
    const archives = [
      whole,
      [tarEntry('./cifar-bin/train.bin', image), entry('readme.txt'), entry('test.bin')],
      [entry('train.bin', { type: '2', link: '../../../etc/passwd', size: 0 }), entry('test.bin')],
      [entry('train.bin', { type: '1', link: '/etc/passwd', size: 0 }), entry('test.bin')],
      [tarEntry('../train.bin', image), tarEntry('/test.bin', image), ...whole],
      [tarEntry('long', Buffer.from('cifar-bin/train.bin\0'), { type: 'L' }), tarEntry('x', image), entry('test.bin')],
      [tarEntry('pax', Buffer.from('22 path=cifar-bin/a.bin\n'), { type: 'x' }), ...whole],
      [tarEntry('pax', Buffer.from('18 size=3000000000\n'), { type: 'x' }), ...whole],
    ]
    return archives.flatMap((entries) => {
      const tar = Buffer.concat([...entries, Buffer.alloc(1024)])
      return [Buffer.concat([Buffer.of(0), tar]), Buffer.concat([Buffer.of(1), tar])]
    })
  },
  tokens: [
    'ustar\0',
    'cifar-bin/',
    'train.bin',
    'test.bin',
    '../',
    'path=',
    'size=',
    'linkpath=',
    '77777777777',
    '\x80',
  ],
  run: (input, folder) => {
    const path = join(folder, 'cifar.tar.gz')
    const bytes = input.subarray(1)
    writeFileSync(path, (input[0] ?? 0) & 1 ? gzipSync(bytes, { level: 1 }) : bytes)
    return expectRefusal(() =>
      readCifarArchive(path, layout, (file, content) => {
        if (content.length !== recordBytes(layout)) throw new Error(`${file.name} has ${content.length} bytes`)
      }),
    )
  },
}
