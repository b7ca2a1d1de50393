/** The words for the options that Adam and AdamW share. */
export const adamWords = ({ epsilonHat }: { epsilonHat: boolean }) => ({
  epsilonHat: epsilonHat ? "Keras's epsilon" : "PyTorch's epsilon",
  amsgrad: 'AMSGrad',
})
