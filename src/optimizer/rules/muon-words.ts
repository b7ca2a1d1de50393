/** The words for the options that Muon and NorMuon share. */
export const muonWords = ({ momentum, nesterov, nsSteps, shapeFactor, vectorRate }: MuonOptions) => ({
  momentum: `momentum ${momentum}`,
  nesterov: nesterov ? 'Nesterov' : 'no Nesterov',
  nsSteps: `${nsSteps} Newton–Schulz steps`,
  shapeFactor: { original: 'original shape factor', matchRmsAdamW: "AdamW's RMS", none: 'no shape factor' }[
    shapeFactor
  ],
  vectorRate: `vectors at ${vectorRate} of the rate`,
})

interface MuonOptions {
  momentum: number
  nesterov: boolean
  nsSteps: number
  shapeFactor: 'original' | 'matchRmsAdamW' | 'none'
  vectorRate: number
}
