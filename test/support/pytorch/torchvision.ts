import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { baselinePython } from '../../../baseline/python.mjs'

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'layer-rotation')

/**
 * The folder of the torchvision that belongs to the baseline's torch, installed once and kept; programs import it with
 * import_torchvision.py.
 *
 * @returns undefined, with a line that says why, where pip does not serve it
 */
export async function torchvisionFolder(): Promise<string | undefined> {
  const python = await baselinePython()
  const torch = execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' })
  // torchvision 0.15 is that of torch 2.0.
  const version = `0.${15 + Number(torch.split('.')[1])}.0`
  const folder = join(cache, `torchvision-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const making = mkdtempSync(`${folder}-`)
  const pip = (...packages: string[]) => {
    const options = ['--quiet', '--retries', '0', '--no-input', '--target', making]
    execFileSync(python, ['-m', 'pip', 'install', ...options, ...packages], { stdio: 'ignore' })
  }
  try {
    pip('--no-deps', `torchvision==${version}`)
    pip('numpy', 'pillow')
    renameSync(making, folder)
    return folder
  } catch {
    rmSync(making, { recursive: true, force: true })
    console.log(`torchvision ${version} cannot be installed here: nothing is compared with it`)
    return undefined
  }
}
