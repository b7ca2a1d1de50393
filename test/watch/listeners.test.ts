import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Listeners } from '../../src/watch/listeners.js'

test('a page that does not read is cut off, and the others go on', async () => {
  const listeners = new Listeners()
  const server = createServer((_, response) => listeners.add(response)).listen(0, '127.0.0.1')
  onTestFinished(() => {
    listeners.close()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const connected = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', agent: false }, resolve)
      asked.on('error', reject)
      asked.end()
      onTestFinished(() => void asked.destroy())
    })
  const slow = await connected()
  slow.pause()
  const quick = await connected()
  let received = 0
  quick.on('data', (part: Buffer) => (received += part.length))
  expect(listeners.size).toBe(2)
  const text = 'x'.repeat(2 ** 20)
  // The system keeps more for a connection than may wait here.
  for (let sent = 0; sent < 40 && listeners.size === 2; sent++) {
    listeners.send('list', text)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(listeners.size).toBe(1)
  const before = received
  listeners.send('list', text)
  await expect.poll(() => received, { timeout: 10_000 }).toBeGreaterThan(before + text.length)
})
