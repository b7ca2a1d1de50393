import { mkdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { watch, type Watch } from '../../../src/watch/watch.js'
import { recordedStudy } from '../../study/recorded-study.js'
import { smallExperiment } from '../../train/small-experiment.js'
import { bytesOf, textOf, type Target } from '../target.js'

let started: Promise<{ server: Watch; id: string }> | undefined

/** The address of a request to the server of the live page, which shows two runs. */
export const watchQuery: Target = {
  seeds: () =>
    [
      '/api/run?id=0&table=metrics&reading=0&stride=0&from=0',
      '/api/run?id=1&table=layers&reading=1&stride=2&from=3',
      '/api/run?table=rotation&from=999999999999999',
      '/api/runs',
      '/',
      '/../../etc/passwd',
    ].map(bytesOf),
  tokens: [
    '/api/run?',
    'id=',
    'table=',
    'reading=',
    'stride=',
    'from=',
    'metrics',
    'layers',
    'rotation',
    '%00',
    '%2e',
    '__proto__',
  ],
  run: async (input, folder) => {
    started ??= start(folder)
    const { server, id } = await started
    // The characters that a program can send; '$' stands for the id of a run, which is random.
    const path = `/${textOf(input)
      .replaceAll('$', id)
      .replace(/[^!-~]/g, '%')}`.slice(0, 4000)
    if (path.startsWith('/events')) return
    const { status, text } = await asked(server.url, path)
    if (![200, 400, 404, 422].includes(status))
      throw new Error(`${path}: the server answers ${status} ${text.slice(0, 200)}`)
    if (status !== 200 && typeof (JSON.parse(text) as { error?: unknown }).error !== 'string') {
      throw new Error(`${path}: the refusal has no error`)
    }
  },
}

async function start(folder: string): Promise<{ server: Watch; id: string }> {
  const study = join(folder, 'study')
  mkdirSync(study)
  const axes = { seed: [1, 2] }
  await recordedStudy({ name: 'two', base: smallExperiment, axes }, () => ({ testAccuracy: 0.5, rotation: 0.4 }), study)
  const server = await watch({ folders: [study] })
  const { text } = await asked(server.url, '/api/runs')
  const { runs } = JSON.parse(text) as { runs: { id: string }[] }
  return { server, id: runs[0]!.id }
}

const asked = (url: string, path: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(new URL(url), { path, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject).end()
  })
