import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask } from '../watch/events.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { start } from './command-line.js'

/** Starts `watch`. @returns the address that it prints, and the rest */
async function watching(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'runs'))
  const running = start(['watch', ...words], { cwd, env })
  let stdout = ''
  running.child.stdout.on('data', (text: string) => (stdout += text))
  await running.printed(/^page .*\n/m)
  return { ...running, url: /^page +(http:\S+)$/m.exec(stdout)![1]!, cwd }
}

test('the address of the page is printed, and Ctrl-C ends it', async () => {
  const { child, ended, url } = await watching([])
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  expect(await ask(url)).toMatchObject({ status: 200 })
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  expect({ code, stderr }).toEqual({ code: 130, stderr: 'closed the page\n' })
  expect(stdout).not.toContain('warning')
})

test('a page that others can reach comes with a warning', async () => {
  const { child, ended, url } = await watching(['--host', '0.0.0.0'])
  expect(await ask(url)).toMatchObject({ status: 200 })
  child.kill('SIGTERM')
  const { code, stdout } = await ended
  expect(code).toBe(143)
  expect(stdout).toContain(
    'warning   everybody who reaches 0.0.0.0 can see these runs: nobody is asked for a password\n',
  )
})

test('LAYER_ROTATION_RUNS replaces the folder that is not given, and a port in use is an error', async () => {
  const folder = temporaryFolder()
  const { child, ended, url } = await watching([], { LAYER_ROTATION_RUNS: folder })
  const { port } = new URL(url)
  const second = start(['watch', folder, '--port', port])
  expect(await second.ended).toMatchObject({
    code: 2,
    stderr: `error: watch: port ${port} of 127.0.0.1 is in use by another program; choose another port, or 0 for one that is free\n`,
  })
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130 })
})
