"""Writes images and labels from .npy files as Parquet, in the ways of pyarrow, pandas and Hugging Face.

python write_parquet.py FOLDER: reads FOLDER/<split>.npy [n, height, width, channels], FOLDER/<split>-labels.npy and
FOLDER/<split>-<i>.png, and writes FOLDER/<split>-<name>.parquet.
"""

import json
import sys

import numpy
import pandas
import pyarrow
import pyarrow.parquet

folder = sys.argv[1]
lists = pyarrow.list_


def nested(values, leaf):
    kind = leaf
    for _ in range(values.ndim - 1):
        kind = lists(kind)
    return pyarrow.array(values.tolist(), kind)


def write(split):
    pixels = numpy.load(f"{folder}/{split}.npy")
    labels = numpy.load(f"{folder}/{split}-labels.npy")
    floats = pixels.astype("float32") / 255
    planes = numpy.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
    n, size = len(pixels), pixels[0].size

    def save(name, images, kind="int64", columns=("image", "label"), metadata=None, **options):
        table = pyarrow.table({columns[0]: images, columns[1]: pyarrow.array(labels).cast(kind)})
        table = table.replace_schema_metadata(metadata)
        pyarrow.parquet.write_table(table, f"{folder}/{split}-{name}.parquet", **options)

    save("nested", nested(pixels, pyarrow.uint8()))
    save("planes", nested(planes, pyarrow.uint8()), "int8", compression="none", use_dictionary=False)
    save("floats", nested(floats, pyarrow.float32()), "uint8", compression="zstd", row_group_size=2)
    flat = planes.reshape(n, size)
    fixed = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(flat.ravel()), size)
    save("flat", fixed, "int16", columns=("pixels", "class"), compression="gzip", data_page_version="2.0", data_page_size=64)
    last = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(pixels.ravel()), size)
    save("flat-last", last, "int32", compression="brotli", data_page_size=64)
    encoded = [open(f"{folder}/{split}-{i}.png", "rb").read() for i in range(n)]
    struct = pyarrow.array([{"bytes": one, "path": f"{i}.png"} for i, one in enumerate(encoded)])
    features = {"img": {"_type": "Image"}, "fine_label": {"_type": "ClassLabel", "names": ["oak", "elm", "ash"]}}
    description = {"huggingface": json.dumps({"info": {"features": features}})}
    save("huggingface", struct, columns=("img", "fine_label"), metadata=description, row_group_size=4)
    save("encoded", pyarrow.array(encoded, pyarrow.binary()), "uint64")
    frame = pandas.DataFrame({"image": list(planes.reshape(n, size)), "label": labels})
    frame.to_parquet(f"{folder}/{split}-pandas.parquet")
    save("slashes", nested(pixels, pyarrow.uint8()), columns=("camera/left", "kind/of/leaf"))
    # Files that are no data set.
    twice = pyarrow.Table.from_arrays([nested(pixels, pyarrow.uint8()), pyarrow.array(labels), pyarrow.array(0 * labels)], ["image", "label", "label"])
    pyarrow.parquet.write_table(twice, f"{folder}/{split}-twice.parquet")
    for kind in ("uint32", "uint64"):
        large = numpy.full(n, numpy.iinfo(kind).max, kind)
        table = pyarrow.table({"image": nested(pixels, pyarrow.uint8()), "label": large})
        pyarrow.parquet.write_table(table, f"{folder}/{split}-{kind}.parquet")
    save("integers", nested(pixels.astype("int64"), pyarrow.int64()))
    save("doubles", nested(floats.astype("float64"), pyarrow.float64()))
    save("ragged", pyarrow.array([[1] * (size - (i == 2)) for i in range(n)], lists(pyarrow.uint8())))
    save("null", pyarrow.array([None if i == 1 else row for i, row in enumerate(flat.tolist())], lists(pyarrow.uint8())))
    save("lz4", nested(pixels, pyarrow.uint8()), compression="lz4")
    save("text", nested(pixels, pyarrow.uint8()), "string")
    save("delta", nested(pixels, pyarrow.uint8()), use_dictionary=False, column_encoding={"label": "DELTA_BINARY_PACKED"})


for split in ("train", "test"):
    write(split)
