"""Writes the checkpoints in this folder: python write.py. It needs numpy 2.4, gguf 0.19, h5py 3.16, keras 3.15
and ml_dtypes 0.6.

Two layers at steps 0, 10 and 20, in each format, and in expected.json the numbers that NumPy calculates in float64.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "torch"

import gguf  # noqa: E402
import h5py  # noqa: E402
import keras  # noqa: E402
import ml_dtypes  # noqa: E402
import numpy  # noqa: E402

here = os.path.dirname(os.path.abspath(__file__))


def place(name):
    path = os.path.join(here, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def series():
    random = numpy.random.default_rng(1)
    weights = {"conv": random.normal(size=(4, 2, 3, 3)), "fc": random.normal(size=(6, 4))}
    for step in (0, 10, 20):
        yield step, {name: value.copy() for name, value in weights.items()}
        for value in weights.values():
            value += 0.3 * random.normal(size=value.shape)


def rounded(weights, kind):
    return {name: value.astype(kind) for name, value in weights.items()}


def distance(a, b):
    a, b = a.astype(numpy.float64).ravel(), b.astype(numpy.float64).ravel()
    return 1 - float(a @ b) / float(numpy.sqrt((a @ a) * (b @ b)))


def expected(steps, kind):
    steps = [rounded(weights, kind) for weights in steps]
    return {
        name: {
            "rotation": [distance(weights[name], steps[0][name]) for weights in steps],
            "norm": [float(numpy.linalg.norm(weights[name].astype(numpy.float64))) for weights in steps],
        }
        for name in ("conv", "fc")
    }


def write_numpy(step, weights):
    extra = {"fc.bias": numpy.zeros(6), "steps": numpy.arange(3)}
    numpy.savez(place(f"npz/step{step}.npz"), **weights, **extra)
    numpy.savez_compressed(place(f"npz-compressed/step{step}.npz"), **weights, **extra)
    numpy.savez(place(f"npz-float16/step{step}.npz"), **rounded(weights, numpy.float16))
    numpy.savez(place(f"npz-fortran/step{step}.npz"), **{k: numpy.asfortranarray(v) for k, v in weights.items()})
    numpy.save(place(f"npy/step{step}.npy"), weights["fc"].astype(numpy.float32))


def write_odd_numpy(weights):
    numpy.savez(place("odd/objects.npz"), objects=numpy.array([[{}]], dtype=object), fc=weights["fc"],
                half=numpy.zeros((2, 2), "V2"), names=numpy.array(["a"]), scalar=numpy.float32(2))
    numpy.save(place("odd/big.npy"), weights["fc"].astype(">f4"))


def write_gguf(path, tensors):
    """Writes arrays of float32, float16 and, as pairs with a type of GGUF, others."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_array("tokenizer.ggml.tokens", ["<s>", "a", "b"])
    writer.add_array("tokenizer.ggml.scores", [0.0, 1.0, 2.0])
    writer.add_custom_alignment(64)
    for name, value in tensors.items():
        value, kind = value if isinstance(value, tuple) else (value, None)
        writer.add_tensor(name, gguf.quantize(value, kind) if kind else value, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_keras(step, weights):
    model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(4, name="fc")])
    model.compile("adam", "mse")
    model.layers[0].set_weights([weights["fc"].astype(numpy.float32), numpy.ones(4)])
    model.optimizer.build(model.trainable_variables)
    model.save(place(f"keras/step{step}.keras"))
    model.save_weights(place(f"keras-weights/step{step}.weights.h5"))
    model.save(place(f"keras-model/step{step}.h5"))


def write_keras_bfloat16(step, weights):
    model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(4, name="fc", dtype="bfloat16")])
    model.layers[0].set_weights([weights["fc"].astype(numpy.float32), numpy.ones(4)])
    model.save(place(f"keras-bfloat16/step{step}.keras"))
    model.save(place(f"keras-model-bfloat16/step{step}.h5"))


def write_halves(step, weights):
    """Writes numbers of 2 bytes with an exponent of 8 bits, which HDF5 can describe as it does those of IEEE."""
    bfloat16 = h5py.h5t.IEEE_F16LE.copy()
    bfloat16.set_fields(15, 7, 8, 0, 7)
    bfloat16.set_ebias(127)
    bits = weights["fc"].astype(ml_dtypes.bfloat16).view(numpy.float16)
    for name in [f"hdf5-bfloat16/step{step}.h5", *(["odd/halves.h5"] if step == 0 else [])]:
        with h5py.File(place(name), "w") as file:
            data = h5py.h5d.create(file.id, b"fc", bfloat16, h5py.h5s.create_simple(bits.shape))
            data.write(h5py.h5s.ALL, h5py.h5s.ALL, bits, mtype=bfloat16)
            if name.startswith("odd"):
                file["half"] = bits
                file["opaque"] = weights["fc"].astype(ml_dtypes.bfloat16)


def write_hdf5(step, weights):
    with h5py.File(place(f"hdf5/step{step}.h5"), "w") as file:
        file["conv"] = weights["conv"]
        file.create_dataset("fc", data=weights["fc"], chunks=(4, 3), compression="gzip", shuffle=True)
        file["counts"] = numpy.arange(3)


def main():
    steps = []
    for step, weights in series():
        steps.append(weights)
        write_numpy(step, weights)
        write_keras(step, weights)
        write_keras_bfloat16(step, weights)
        write_hdf5(step, weights)
        write_halves(step, weights)
        for kind in (numpy.float32, numpy.float16):
            write_gguf(place(f"gguf-{kind.__name__}/step{step}.gguf"), rounded(weights, kind))
    write_odd_numpy(steps[0])
    with h5py.File(place("odd/big.h5"), "w") as file:
        file["big"] = steps[0]["fc"].astype(">f4")
        file["half"] = steps[0]["fc"].astype(numpy.float16)
        file["elsewhere"] = h5py.ExternalLink("/etc/passwd", "/x")
        file["again"] = h5py.SoftLink("/half")
        file.create_dataset("outside", (2, 2), "<f4", external=[("/dev/stdin", 0, 16)])
    wide = numpy.ones((3, 64), numpy.float32)
    write_gguf(place("odd/quantised.gguf"), {
        "blk.0.attn_q.weight": (wide, gguf.GGMLQuantizationType.BF16), "blk.0.attn_k.weight": (wide, gguf.GGMLQuantizationType.Q8_0),
        "blk.0.attn_norm.weight": wide[0], "counts": numpy.arange(4, dtype=numpy.int32)})
    kinds = {"float64": numpy.float64, "float32": numpy.float32, "float16": numpy.float16, "bfloat16": ml_dtypes.bfloat16}
    with open(place("expected.json"), "w") as file:
        json.dump({name: expected(steps, kind) for name, kind in kinds.items()}, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
