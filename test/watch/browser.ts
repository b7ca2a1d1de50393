import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { installPackages } from '../support/debian.js'

/** Debian's Chromium. */
const executablePath = '/usr/bin/chromium'

/** Starts Chromium, which is installed first if root may do that. @returns the reason if there is none */
export async function startBrowser(): Promise<Browser | string> {
  const isRoot = process.getuid?.() === 0
  if (!existsSync(executablePath) && !(isRoot && installPackages(['chromium']) && existsSync(executablePath))) {
    return `${executablePath} is missing, and apt-get cannot install it here`
  }
  // Root has no sandbox, and nothing but our own page is opened.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] })
}
