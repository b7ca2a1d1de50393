import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listTinyImageNet, locateTinyImageNet } from '../../../src/data/images/tiny-imagenet-files.js'
import { bytesOf, expectRefusal, textOf, type Target } from '../target.js'

const size = { classes: 2, trainImagesPerClass: 1, testImages: 2 }

/** wnids.txt and val_annotations.txt, with a line `---` between them. */
export const tinyImageNet: Target = {
  seeds: () => [
    bytesOf('n01443537\nn01629819\n---\na.JPEG\tn01443537\t0\t32\nb.JPEG\tn01629819\t1\t2\n'),
    bytesOf('n01443537\r\nn01629819\r\n---\n../x.JPEG\tn01443537\t0\t32\n/b.JPEG\tn01629819\n'),
  ],
  tokens: ['---', 'n01443537', '.JPEG', '../', '/', '\t', '\r', '\0'],
  run: (input, folder) => {
    const root = join(folder, 'tiny-imagenet-200')
    const [ids = '', annotations = ''] = textOf(input).split('---\n')
    for (const name of ['n01443537', 'n01629819']) {
      mkdirSync(join(root, 'train', name, 'images'), { recursive: true })
      writeFileSync(join(root, 'train', name, 'images', 'a.JPEG'), '')
    }
    mkdirSync(join(root, 'val', 'images'), { recursive: true })
    for (const name of ['a', 'b']) writeFileSync(join(root, 'val', 'images', `${name}.JPEG`), '')
    writeFileSync(join(root, 'wnids.txt'), ids)
    writeFileSync(join(root, 'val', 'val_annotations.txt'), annotations)
    return expectRefusal(() => {
      const { train, test } = listTinyImageNet(locateTinyImageNet(root), size)
      const outside = [...train, ...test].find(({ path }) => !path.startsWith(`${root}/`))
      if (outside) throw new Error(`it reads ${outside.path}`)
    })
  },
}
