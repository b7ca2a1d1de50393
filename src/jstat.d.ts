/** The parts of jStat that are used; the package has no types of its own. */
declare module 'jstat' {
  interface StudentT {
    cdf: (t: number, degreesOfFreedom: number) => number
    inv: (p: number, degreesOfFreedom: number) => number
  }
  interface Beta {
    inv: (p: number, alpha: number, beta: number) => number
  }
  const jStat: { studentt: StudentT; beta: Beta }
  export default jStat
}
