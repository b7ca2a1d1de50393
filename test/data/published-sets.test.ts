import { expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { describeStatus } from '../../src/cli/data/describe-status.js'
import { setNames } from '../../src/data/catalog/set-names.js'
import { setStatus } from '../../src/data/catalog/set-status.js'
import { publishedSets } from '../../src/data/catalog/published-sets.js'
import { dataSets, dataShape, type DataConfig } from '../../src/data/data.js'
import { trainImages } from '../../src/data/train-images.js'
import { dataText } from '../../src/text/data.js'
import { temporaryFolder } from '../support/temporary-folder.js'

test('the command line names the published data sets, each once', () => {
  expect(Object.keys(publishedSets)).toEqual(setNames)
  expect(Object.values(publishedSets).map(({ name }) => name)).toEqual(setNames)
})

test.each(Object.values(publishedSets))(
  '$title is described and looked for, and names the way to get it',
  async (set) => {
    const folder = temporaryFolder()
    const config = { ...set.config, folder } as DataConfig
    const { inputShape, classes } = dataShape(config)
    expect(inputShape).toHaveLength(3)
    expect(trainImages(config)).toBe(set.images.train)
    expect(trainImages({ ...config, perClass: 2 } as DataConfig)).toBe(2 * classes)
    expect(dataText(config)).toBe(`${set.title}, all training images from ${folder}`)

    const missing = { ...set, locate: () => dataSets[config.type].published!.locate(config as never) }
    const { problem, place, get } = await setStatus(missing)
    expect(place).toBeNull()
    expect(problem).toContain(folder)
    if (set.files.length > 0) expect(problem).toContain(`run \`${get}\``)
  },
)

test.each(Object.values(publishedSets).flatMap(({ files }) => files))('$name has an address and a checksum', (file) => {
  expect(new URL(file.url).pathname.endsWith(`/${file.name}`)).toBe(true)
  expect(file.checksum.digest).toMatch(file.checksum.algorithm === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{32}$/)
  expect(file.bytes).toBeGreaterThan(0)
})

test('a set that the system does not give now is not called damaged, which would advise to delete it', async () => {
  const unreadable = () => {
    throw new LayerRotationError('READ_FAILED', 'x could not be read: the disk or the network storage failed')
  }
  const status = await setStatus({ ...publishedSets['cifar-10'], locate: unreadable })
  expect(status).toMatchObject({ state: 'unreadable', place: null, bytes: null })
  expect(describeStatus([status], 'data').join('\n')).toContain('✗')
  expect(describeStatus([status], 'data').at(-1)).toContain('x could not be read')
})
