import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import type { RunEntry, RunList, TablePart } from '../../src/watch/protocol.js'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** Asks a server; `fetch` would not send another Host header. */
export function ask(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

export const runsOf = async (url: string): Promise<RunList> => JSON.parse((await ask(`${url}api/runs`)).text) as RunList

/** A table of a run, from what somebody has of it on. */
export async function partOf(url: string, id: string, table: string, has?: TablePart): Promise<TablePart> {
  const { reading = 0, stride = 0, kept = 0 } = has ?? {}
  const query = `id=${id}&table=${table}&reading=${reading}&stride=${stride}&from=${kept}`
  return JSON.parse((await ask(`${url}api/run?${query}`)).text) as TablePart
}

/** The rows of a part: [rows][columns]. */
export function rowsOf({ data, layers, quantities }: TablePart): number[][] {
  const bytes = Buffer.from(data, 'base64')
  const values = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
  const width = layers.length === 0 ? quantities.length : 1 + layers.length * quantities.length
  return Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width))
}

export type Event = { name: 'list'; data: RunList } | { name: 'run'; data: RunEntry }

/** Listens to a server until the test ends. @returns its events so far */
export function listen(url: string): { events: Event[]; list: () => RunList | undefined } {
  const events: Event[] = []
  const asked = request(`${url}events`, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? []
        if (name !== undefined) events.push({ name, data: JSON.parse(data!) as unknown } as Event)
        text = text.slice(end + 2)
      }
    })
    response.on('error', () => undefined)
  })
  asked.on('error', () => undefined)
  asked.end()
  onTestFinished(() => void asked.destroy())
  return { events, list: () => events.findLast((event) => event.name === 'list')?.data }
}
