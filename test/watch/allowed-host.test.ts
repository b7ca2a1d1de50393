import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { isAllowedHost } from '../../src/watch/allowed-host.js'

test.each(['127.0.0.1:8080', '127.0.0.1', 'localhost:1', 'LOCALHOST:8080', '[::1]:8080', '[::1]', '192.168.1.7:8080'])(
  '%s names this server',
  (header) => {
    expect(isAllowedHost(header, '127.0.0.1')).toBe(true)
  },
)

test.each([
  ...[
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@127.0.0.1',
  ],
  ...[
    '',
    ' ',
    'localhost:',
    'localhost:x',
    '[::1',
    '::1',
    '127.0.0.1:80/..',
    'a b',
    'localhost\n',
    '[evil.example]:80',
  ],
])('%j does not', (header) => {
  expect(isAllowedHost(header, '127.0.0.1')).toBe(false)
  expect(isAllowedHost(undefined, '127.0.0.1')).toBe(false)
})

test("the machine's own name counts if others can reach it", () => {
  expect(isAllowedHost(hostname(), '0.0.0.0')).toBe(true)
  expect(isAllowedHost('node7.cluster:80', 'node7.cluster')).toBe(true)
  expect(isAllowedHost('evil.example', '0.0.0.0')).toBe(false)
})
