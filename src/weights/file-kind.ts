/** A file that is not safetensors, and what can be done. */
interface FileKind {
  /** The kind of the file: `a PyTorch file`. */
  name: string
  remedy: string
}

/** The bytes that tell the kind of a file. */
export const kindBytes = 512

/**
 * Recognises a file that was given as safetensors by its first bytes. All of these would be safetensors with a header longer
 * than any.
 *
 * @param bytes the first `kindBytes` bytes of the file, or all of a shorter one
 * @param file its path, for the remedy
 * @returns undefined for an unknown kind
 */
export function fileKind(bytes: Uint8Array, file: string): FileKind | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const begins = (...starts: string[]) => starts.some((start) => text.startsWith(start))
  if (begins('PK\x03\x04')) return zipKind(text, file)
  if (/^\x80[\x02-\x05]/.test(text)) return { name: 'a pickle, such as an old PyTorch file', remedy: fromPyTorch(file) }
  if (begins('\x89HDF\r\n\x1a\n')) return { name: 'an HDF5 file, such as Keras writes', remedy: fromKeras(file) }
  if (begins('\x93NUMPY')) return { name: 'a single array of NumPy', remedy: fromArray(file) }
  if (begins('version https://git-lfs')) {
    return {
      name: 'a pointer of Git LFS, without the weights themselves',
      remedy: `run \`git lfs pull\` in its repository`,
    }
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    const remedy = 'download the file itself: on Hugging Face from an address with /resolve/ in place of /blob/'
    return { name: 'a web page', remedy }
  }
  if (begins('GGUF')) return { name: 'a GGUF file', remedy: 'use the safetensors file that it was made from' }
  if (begins('\x1f\x8b', '\xfd7zXZ\x00', '\x28\xb5\x2f\xfd', 'BZh')) return { name: 'compressed', remedy: 'unpack it' }
  if (text.slice(257, 262) === 'ustar') return tarKind(text, file)
  if (/^\s*[{[]/.test(text)) {
    const remedy = 'the index of weights in several files is such a file: join those into one safetensors file'
    return { name: 'JSON', remedy }
  }
  return kindByName.find(({ pattern }) => pattern.test(file))?.kind(file)
}

/** Kinds of files that no bytes at their beginning tell. */
const kindByName: readonly { pattern: RegExp; kind: (file: string) => FileKind }[] = [
  {
    pattern: /\.onnx$/,
    kind: (file) => ({
      name: 'an ONNX file',
      remedy: `convert it with Python: safetensors.numpy.save_file({t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(${python(file)}).graph.initializer}, ${python(renamed(file))})`,
    }),
  },
  {
    pattern: /\.msgpack$/,
    kind: (file) => ({
      name: 'a file of Flax',
      remedy: `convert it with Python: safetensors.flax.save_file(flax.traverse_util.flatten_dict(flax.serialization.msgpack_restore(open(${python(file)}, "rb").read()), sep="."), ${python(renamed(file))})`,
    }),
  },
  {
    pattern: /\.(index|data-\d+-of-\d+)$/,
    kind: (file) => ({
      name: 'a checkpoint of TensorFlow',
      remedy: `convert it with Python: r = tf.train.load_checkpoint(${python(file.replace(/\.(index|data-\d+-of-\d+)$/, ''))}); numpy.savez("weights.npz", **{k: r.get_tensor(k) for k in r.get_variable_to_shape_map()})`,
    }),
  },
  {
    pattern: /\.pb$/,
    kind: () => ({
      name: 'a graph of TensorFlow',
      remedy: 'load the model with TensorFlow, and save its variables by numpy.savez',
    }),
  },
]

/** The kind of a tar archive by the name of its first file. */
function tarKind(text: string, file: string): FileKind {
  const [first] = text.split('\0', 1)
  if (!/^(\.\/)?(sys_info|pickle|storages|tensors)$/.test(first!)) return { name: 'a tar archive', remedy: 'unpack it' }
  const remedy =
    'if you trust it, let PyTorch write it anew, because this runs what it holds: ' +
    `torch.save(torch.load(${python(file)}, map_location="cpu", weights_only=False), ${python(`${file}.new.pt`)})`
  return { name: 'a tar archive of the first versions of PyTorch', remedy }
}

/** The kind of a ZIP archive by the name of its first file. */
function zipKind(text: string, file: string): FileKind {
  const length = text.charCodeAt(26) + 256 * text.charCodeAt(27)
  const first = text.slice(30, 30 + length)
  if (/(^|\/)(data\.pkl|constants\.pkl|version|\.format_version|\.data\/.*|byteorder)$/.test(first)) {
    return { name: 'a PyTorch file', remedy: fromPyTorch(file) }
  }
  if (first.endsWith('.npy')) return { name: 'an archive of NumPy arrays', remedy: fromNumpy(file) }
  if (/^(metadata|config)\.json$/.test(first)) return { name: 'a Keras file', remedy: fromKeras(file) }
  return { name: 'a ZIP archive', remedy: 'unpack it' }
}

const fromPyTorch = (file: string): string =>
  'pickled data may run code, so it is never read; convert it with PyTorch: ' +
  `w = torch.load(${python(file)}, map_location="cpu", weights_only=True); ` +
  `safetensors.torch.save_file({k: v.contiguous() for k, v in w.get("state_dict", w).items()}, ${python(renamed(file))})`

const fromNumpy = (file: string): string =>
  `convert it with NumPy: safetensors.numpy.save_file(dict(numpy.load(${python(file)})), ${python(renamed(file))})`

const fromArray = (file: string): string =>
  'its array has no name, and weights are tensors by their names; save them with NumPy: ' +
  `safetensors.numpy.save_file({"conv0.weight": numpy.load(${python(file)}), …}, ${python(renamed(file))})`

const fromKeras = (file: string): string =>
  "write its arrays under PyTorch's names, in PyTorch's order of dimensions, with Python: " +
  `safetensors.numpy.save_file({"conv0.weight": kernel.transpose(3, 2, 0, 1), …}, ${python(renamed(file))})`

const python = (file: string): string => JSON.stringify(file)

const renamed = (file: string): string =>
  `${file.replace(/\.(safetensors|pth?|bin|ckpt|npz|npy|h5|hdf5|keras|pkl|onnx|msgpack)$/, '')}.safetensors`
