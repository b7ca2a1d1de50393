import { EnvHttpProxyAgent, type Dispatcher } from 'undici'
import { LayerRotationError } from '../../../errors.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The variables that name a proxy for an address, the first that is set counting, as in curl. */
const variables = {
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
}

type Protocol = keyof typeof variables

/**
 * Returns the way to servers: straight, or through the proxies that the environment names, but for the hosts of NO_PROXY.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for a proxy that is not an address
 */
export function wayToServers(env: Environment = process.env): Dispatcher {
  return new EnvHttpProxyAgent({
    httpProxy: proxyFor('http:', env),
    httpsProxy: proxyFor('https:', env),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    // A proxy for http: gets the whole address. Many refuse to open a tunnel to other ports than that of https:.
    proxyTunnel: false,
    // The transfer has limits of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

/** Returns the name of the variable that names a proxy for an address, whether NO_PROXY excepts its host or not. */
export function proxyVariable(url: string, env: Environment = process.env): string | undefined {
  const name = variableFor(new URL(url).protocol as Protocol, env)
  return name !== undefined && env[name] !== '' ? name : undefined
}

/** Returns the name of the variable that counts for a protocol; undefined if none is set. */
const variableFor = (protocol: Protocol, env: Environment): string | undefined =>
  variables[protocol].find((each) => env[each] !== undefined)

/** Returns the address of a proxy; '' for none. Its password may not appear in an error. */
function proxyFor(protocol: Protocol, env: Environment): string {
  const name = variableFor(protocol, env)
  const value = name === undefined ? '' : env[name]!.trim()
  if (value === '') return ''
  const address = value.includes('://') ? value : `http://${value}`
  if (URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol)) return address
  throw new LayerRotationError(
    'INVALID_CONFIG',
    `the environment variable ${name} does not name a proxy; expected an address such as http://proxy.example:3128, or nothing`,
  )
}
