declare module 'node-gyp-build' {
  /** Path of the .node file for this platform in a package's folder. Throws where there is none. */
  export function path(packageFolder: string): string
}
