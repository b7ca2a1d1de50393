import { LayerRotationError } from '../../errors.js'

/**
 * Loads a package that only figures for print need, and that a bundle for GPU hosts leaves out.
 *
 * @throws {LayerRotationError} MISSING_FILE if it is not installed
 */
export async function printPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const message = `the package ${name} is missing, which figures for print need; a bundle for GPU hosts leaves it out: draw them where the package is installed whole`
    throw new LayerRotationError('MISSING_FILE', message, { cause })
  }
}
