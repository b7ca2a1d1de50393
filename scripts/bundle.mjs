// npm run bundle [-- --output FILE]: makes an archive for a Linux x64 host without a network; install.sh there builds the
// addon and runs it.

import { parseArgs } from 'node:util'
import { makeBundle } from './bundle/bundle.mjs'
import { SetupFailure } from './setup/index.mjs'

const { values } = parseArgs({ options: { output: { type: 'string' } } })
try {
  const { file, bytes } = await makeBundle(values)
  console.log(`${file}: ${(bytes / 2 ** 20).toFixed(1)} MiB`)
  console.log(
    'unpack it on the other host (`tar xf`, or `python3 -m tarfile -e` if xz is missing) and run ./install.sh',
  )
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
