/** The part of jStat that is used; the package has no types of its own. */
declare module 'jstat' {
  interface StudentT {
    cdf: (t: number, degreesOfFreedom: number) => number
    inv: (p: number, degreesOfFreedom: number) => number
  }
  const jStat: { studentt: StudentT }
  export default jStat
}
