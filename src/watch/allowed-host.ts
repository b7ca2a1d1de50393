import { isIP } from 'node:net'
import { hostname } from 'node:os'

/**
 * Tells whether a request's Host header names this server. A page of somebody else's site, whose name is made to lead to this
 * machine after it was loaded (DNS rebinding), sends the name of that site. An address is none. The port does not count: it is
 * another one behind a tunnel of ssh.
 *
 * @param host the name or address that the server listens on
 */
export function isAllowedHost(header: string | undefined, host: string): boolean {
  const name = nameOf(header ?? '')
  if (name === undefined) return false
  return isIP(name) !== 0 || ['localhost', host.toLowerCase(), ...ownNames(host)].includes(name)
}

/** The name in a Host header, without brackets and port. */
function nameOf(header: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header) ?? []
  return (bracketed ?? plain)?.toLowerCase()
}

/** The names by which other machines reach this one, if it listens to them. */
function ownNames(host: string): string[] {
  if (isLoopback(host)) return []
  const name = hostname().toLowerCase()
  return [name, name.split('.')[0]!]
}

/** Tells whether only this machine reaches a name or address. */
export const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)
