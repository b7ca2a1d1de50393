import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listTinyImageNet, locateTinyImageNet, publishedSize } from '../../src/data/images/tiny-imagenet-files.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { writeFile } from './image-files.js'

test('Tiny ImageNet has 110,000 images as published', () => {
  const folder = temporaryFolder()
  const root = join(folder, 'tiny-imagenet-200')
  const names = Array.from({ length: 200 }, (_, i) => `n${10_000_000 + i}`)
  writeFile(join(root, 'wnids.txt'), names.join('\n'))
  writeFileSync(join(folder, 'one'), '')
  writeFileSync(join(folder, 'two'), '')
  for (const id of names) {
    mkdirSync(join(root, 'train', id, 'images'), { recursive: true })
    for (let i = 0; i < 500; i++)
      linkSync(join(folder, i % 2 ? 'one' : 'two'), join(root, 'train', id, 'images', `${id}_${i}.JPEG`))
  }
  mkdirSync(join(root, 'val', 'images'), { recursive: true })
  for (let i = 0; i < 10_000; i++)
    linkSync(join(folder, i % 2 ? 'one' : 'two'), join(root, 'val', 'images', `val_${i}.JPEG`))
  const lines = Array.from({ length: 10_000 }, (_, i) => `val_${i}.JPEG\t${names[i % 200]!}\t0\t0\t63\t63\n`)
  writeFile(join(root, 'val', 'val_annotations.txt'), lines.join(''))
  const { train, test } = listTinyImageNet(locateTinyImageNet(folder))
  expect([train.length, test.length]).toEqual([100_000, 10_000])
  expect(publishedSize).toEqual({ classes: 200, trainImagesPerClass: 500, testImages: 10_000 })
})
