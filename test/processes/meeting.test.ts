import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/cli/processes/local-processes.js'
import { translated } from '../../src/native/errors.js'
import { createProcessGroup } from '../../src/native/load.js'
import { failure } from '../support/failure.js'

const member = async (rank: number, port: number) => {
  const place = { size: 3, address: '127.0.0.1', storeOfAgent: false, prefix: 'test', timeout: 5000 }
  const group = await createProcessGroup({ ...place, rank, port })
  onTestFinished(() => group.leave())
  return { leave: () => group.leave(), joined: failure(() => translated(() => group.join())) }
}

test('of two processes of one rank the second is refused, and the others go on waiting', async () => {
  const port = await freePort()
  const first = await member(0, port)
  const others = [await member(1, port), await member(1, port)]
  expect(await Promise.race(others.map(({ joined }) => joined))).toMatch(
    /^INVALID_CONFIG: rank 1 of 3 is at 127\.0\.0\.1:\d+ already; expected another rank for each process/,
  )
  for (const { leave } of [first, ...others]) leave()
  expect(await first.joined).toMatch(/^INTERRUPTED: /)
})

test.each([
  ['nobody', undefined],
  ['a server that never answers', () => undefined],
  ['a server of something else', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
])('a process that waits for %s can leave', async (_, answer) => {
  const group = await member(1, answer ? await serve(answer) : await freePort())
  const winner = await Promise.race([group.joined, new Promise((resolve) => setTimeout(resolve, 500, 'waits'))])
  expect(winner).toBe('waits')
  const begin = performance.now()
  group.leave()
  expect(await group.joined).toMatch(/^INTERRUPTED: /)
  expect(performance.now() - begin).toBeLessThan(5000)
})

/** Starts a server on a port of this machine. */
async function serve(answer: (socket: Socket) => unknown): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    answer(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
