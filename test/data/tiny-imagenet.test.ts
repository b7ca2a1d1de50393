import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { listTinyImageNet, locateTinyImageNet } from '../../src/data/images/tiny-imagenet-files.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { writeFile } from './image-files.js'

/** Three classes of two training images and three validation images, laid out as the published ones are. */
const small = { classes: 3, trainImagesPerClass: 2, testImages: 3 }
const ids = ['n02000001', 'n01000002', 'n03000003']

let folder: string
let root: string

beforeEach(() => {
  folder = temporaryFolder()
  root = join(folder, 'tiny-imagenet-200')
  writeFile(join(root, 'wnids.txt'), `${ids.join('\n')}\n`)
  for (const id of ids) {
    for (const i of [1, 10]) writeFile(join(root, 'train', id, 'images', `${id}_${i}.JPEG`), `${id} ${i}`)
    writeFile(join(root, 'train', id, `${id}_boxes.txt`), '')
  }
  writeAnnotations([
    'val_0.JPEG\tn03000003\t0\t32\t44\t62',
    'val_1.JPEG\tn01000002\t0\t0\t1\t1',
    'val_2.JPEG\tn03000003\t0\t0\t1\t1',
  ])
  for (const i of [0, 1, 2]) writeFile(join(root, 'val', 'images', `val_${i}.JPEG`), `val ${i}`)
  writeFile(join(root, 'test', 'images', 'test_0.JPEG'), '')
})

function writeAnnotations(lines: readonly string[]): void {
  writeFile(join(root, 'val', 'val_annotations.txt'), `${lines.join('\n')}\n`)
}

const list = (place = folder) => listTinyImageNet(locateTinyImageNet(place), small)
const complaint = () => failure(list).then((text) => text.replace(`${root}/`, ''))

describe('Tiny ImageNet', () => {
  test.each([() => folder, () => root])(
    'numbers its classes in the order of their ids; the validation images are the test images',
    (place) => {
      const { train, test } = list(place())
      const expected = ['n01000002', 'n02000001', 'n03000003'].flatMap((id, label) =>
        [1, 10].map((i) => [join(root, 'train', id, 'images', `${id}_${i}.JPEG`), label]),
      )
      expect(train.map(({ path, label }) => [path, label])).toEqual(expected)
      expect(test.map(({ path, label }) => [path, label])).toEqual([
        [join(root, 'val', 'images', 'val_0.JPEG'), 2],
        [join(root, 'val', 'images', 'val_1.JPEG'), 0],
        [join(root, 'val', 'images', 'val_2.JPEG'), 2],
      ])
      expect(train[0]!.status.size).toBe(BigInt('n01000002 1'.length))
    },
  )
})

describe('a folder of Tiny ImageNet that cannot be used', () => {
  test('is not there', async () => {
    const nowhere = join(folder, 'nowhere')
    expect(await failure(() => list(nowhere))).toBe(
      `MISSING_FILE: Tiny ImageNet is missing: ${nowhere} does not hold tiny-imagenet-200; run \`npx layer-rotation data get tiny-imagenet\`, or set data.folder to a folder with wnids.txt, train/ and val/, or with tiny-imagenet-200, which holds them`,
    )
  })

  test('is incomplete', async () => {
    rmSync(join(root, 'train', 'n02000001', 'images', 'n02000001_10.JPEG'))
    expect(await complaint()).toBe('INVALID_FILE: train/n02000001/images: found 1 .JPEG files; expected 2')
    rmSync(join(root, 'train', 'n01000002'), { recursive: true })
    expect(await complaint()).toContain(
      'INVALID_FILE: train/n01000002/images cannot be read: it does not exist, or is a link to what does not',
    )
  })

  test('lacks a validation image or its label', async () => {
    rmSync(join(root, 'val', 'images', 'val_1.JPEG'))
    expect(await complaint()).toContain(
      'INVALID_FILE: val/images/val_1.JPEG cannot be read: it does not exist, or is a link to what does not',
    )
    writeAnnotations(['val_0.JPEG\tn03000003'])
    expect(await complaint()).toBe('INVALID_FILE: val/val_annotations.txt: found 1 lines; expected 3')
    rmSync(join(root, 'val', 'val_annotations.txt'))
    expect(await complaint()).toContain(
      'INVALID_FILE: val/val_annotations.txt cannot be read: it does not exist, or is a link to what does not',
    )
  })

  test.each([
    ['val_0.JPEG n03000003'],
    ['val_0.JPEG\tn09999999\t0'],
    ['../../secret.JPEG\tn03000003\t0'],
    ['val_1.JPEG\tn03000003\t0'],
    [''],
    ['x'.repeat(1000)],
  ])('has the annotation %j', async (line) => {
    writeAnnotations(['val_1.JPEG\tn03000003', line, 'val_2.JPEG\tn03000003'])
    expect(await complaint()).toBe(
      `INVALID_FILE: val/val_annotations.txt: line 2: found ${JSON.stringify(line.slice(0, 80))}; expected the name of another .JPEG file, a tab, and one of the ids in wnids.txt`,
    )
  })

  test('has other ids', async () => {
    writeFile(join(root, 'wnids.txt'), 'n02000001\n../escape\n')
    expect(await complaint()).toBe(
      'INVALID_FILE: wnids.txt: line 2: found "../escape"; expected a WordNet id such as n01443537',
    )
    writeFile(join(root, 'wnids.txt'), 'n02000001\nn02000001\nn01000002\n')
    expect(await complaint()).toBe('INVALID_FILE: wnids.txt: found 3 lines, 2 of them different; expected 3')
    rmSync(join(root, 'wnids.txt'))
    execFileSync('mkfifo', [join(root, 'wnids.txt')])
    expect(await complaint()).toBe('INVALID_FILE: wnids.txt: is not a regular file; expected a text file')
    rmSync(join(root, 'wnids.txt'))
    writeFile(join(root, 'wnids.txt'), Buffer.alloc(2 ** 22 + 1))
    expect(await complaint()).toBe('INVALID_FILE: wnids.txt: found 4194305 bytes; expected at most 4194304')
  })
})
