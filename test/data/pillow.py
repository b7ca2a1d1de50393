"""Makes pillow.jsonl: image files of every way to hold pixels, and what Pillow's convert('RGB') and convert('L') make of them.

    pip install pillow==12.3.0
    python pillow.py > pillow.jsonl

A line is an image: the name of the file, the file in base64, Pillow's mode and size (width, height), and the pixels in hex,
row by row, which are null if Pillow refuses the file.
"""

import base64
import io
import json
import random
import struct
import warnings
import zlib

from PIL import Image

WIDTH, HEIGHT = 12, 10
random.seed(1)
files = {}


def noise(channels, top=256):
    """Returns bytes without a pattern, [HEIGHT, WIDTH, channels]."""
    return bytes(random.randrange(top) for _ in range(WIDTH * HEIGHT * channels))


GREY, RGB, RGBA, LA = noise(1), noise(3), noise(4), noise(2)
PALETTE = noise(3)[:300] + bytes(range(156)) + noise(3)[:312]
GREYS = bytes(i // 3 for i in range(768))


def channel(pixels, channels, i):
    return pixels[i::channels]


def image(mode, pixels, size=(WIDTH, HEIGHT)):
    return Image.frombytes(mode, size, pixels)


def save(name, picture, **options):
    file = io.BytesIO()
    kinds = {"jpg": "JPEG", "tif": "TIFF", "jp2": "JPEG2000"}
    ending = name.split(".")[-1]
    picture.save(file, kinds.get(ending, ending.upper()), **options)
    files[name] = file.getvalue()


def bits(values, depth):
    """Packs values into rows of whole bytes."""
    rows = []
    for y in range(HEIGHT):
        text = "".join(format(value, f"0{depth}b") for value in values[y * WIDTH : (y + 1) * WIDTH])
        text += "0" * (-len(text) % 8)
        rows.append(int(text, 2).to_bytes(len(text) // 8, "big"))
    return rows


def rows(pixels):
    length = len(pixels) // HEIGHT
    return [pixels[y * length : (y + 1) * length] for y in range(HEIGHT)]


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


# JPEG

for sampling, name in enumerate(("444", "422", "420")):
    save(f"{name}.jpg", image("RGB", RGB), subsampling=sampling, quality=80)
save("progressive.jpg", image("RGB", RGB), progressive=True)
save("grey.jpg", image("L", GREY))
save("rgb-not-ycc.jpg", image("RGB", RGB), keep_rgb=True)
save("orientation-6.jpg", image("RGB", RGB), exif=orientation(6))
save("cmyk.jpg", image("CMYK", RGBA), quality=90)
adobe = files["cmyk.jpg"].index(b"Adobe") - 4
files["ycck.jpg"] = files["cmyk.jpg"][: adobe + 15] + b"\2" + files["cmyk.jpg"][adobe + 16 :]
files["cmyk-without-adobe.jpg"] = files["cmyk.jpg"][:adobe] + files["cmyk.jpg"][adobe + 16 :]
save("two-pictures.mpo", image("RGB", RGB), save_all=True, append_images=[image("RGB", RGB[::-1])])

# PNG


def png(name, colour, depth, lines, *chunks, interlaced=False):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, interlaced)
    data = zlib.compress(b"".join(b"\0" + line for line in lines))
    parts = [chunk(b"IHDR", header), *(chunk(*each) for each in chunks), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    files[name] = b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def sixteen(pixels, order=">"):
    """Returns pixels of 16 bits, whose lower bytes are the same numbers the other way round."""
    return b"".join(struct.pack(order + "H", high << 8 | low) for high, low in zip(pixels, pixels[::-1]))


for depth in (1, 2, 4, 8):
    values = [value >> 8 - depth for value in GREY]
    colours = (b"PLTE", PALETTE[: 3 * 2**depth])
    png(f"grey-{depth}.png", 0, depth, bits(values, depth))
    png(f"grey-{depth}-trns.png", 0, depth, bits(values, depth), (b"tRNS", struct.pack(">H", values[0])))
    png(f"palette-{depth}.png", 3, depth, bits(values, depth), colours)
    png(f"palette-{depth}-trns.png", 3, depth, bits(values, depth), colours, (b"tRNS", bytes([0, 128])))
png("palette-short.png", 3, 8, rows(GREY), (b"PLTE", PALETTE[:150]))
png("palette-grey.png", 3, 8, rows(GREY), (b"PLTE", GREYS[::-1]))
png("rgb.png", 2, 8, rows(RGB))
png("rgb-trns.png", 2, 8, rows(RGB), (b"tRNS", struct.pack(">HHH", *RGB[:3])))
png("rgba.png", 6, 8, rows(RGBA))
png("rgba-background.png", 6, 8, rows(RGBA), (b"bKGD", struct.pack(">HHH", 10, 20, 30)))
png("la.png", 4, 8, rows(LA))
png("gamma.png", 2, 8, rows(RGB), (b"gAMA", struct.pack(">I", 100000)))
png("significant-bits.png", 2, 8, rows(RGB), (b"sBIT", bytes([5, 6, 5])))
png("orientation-6.png", 2, 8, rows(RGB), (b"eXIf", orientation(6).tobytes()[6:]))
png("grey-16.png", 0, 16, rows(sixteen(GREY)))
png("grey-16-trns.png", 0, 16, rows(sixteen(GREY)), (b"tRNS", sixteen(GREY)[:2]))
png("la-16.png", 4, 16, rows(sixteen(LA)))
png("rgb-16.png", 2, 16, rows(sixteen(RGB)))
png("rgb-16-trns.png", 2, 16, rows(sixteen(RGB)), (b"tRNS", sixteen(RGB)[:6]))
png("rgba-16.png", 6, 16, rows(sixteen(RGBA)))
passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
lines = [
    b"".join(RGB[3 * (y * WIDTH + x) :][:3] for x in range(left, WIDTH, right))
    for left, top, right, down in passes
    for y in range(top, HEIGHT, down)
    if left < WIDTH
]
png("interlaced.png", 2, 8, lines, interlaced=True)
two = [image("RGBA", RGBA), image("RGBA", RGBA[::-1])]
save("animated.png", two[0], save_all=True, append_images=two[1:])
save("animated-with-default.png", two[0], save_all=True, append_images=two[1:], default_image=True)

# GIF


def codes(indices, size):
    """Returns the indices as LZW data that never uses its table."""
    value = count = 0
    clear = 1 << size

    def put(code):
        nonlocal value, count
        value |= code << count
        count += size + 1

    for i, index in enumerate(indices):
        if i % (clear - 2) == 0:
            put(clear)
        put(index)
    put(clear + 1)
    data = value.to_bytes(-(-count // 8), "little")
    blocks = [data[i : i + 255] for i in range(0, len(data), 255)]
    return bytes([size]) + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def gif(name, *pictures, palette=b"", background=0):
    def flags(colours):
        return 0x80 | (len(colours) // 3).bit_length() - 2 if colours else 0

    parts = [b"GIF89a", struct.pack("<HHBBB", WIDTH, HEIGHT, flags(palette), background, 0), palette]
    for picture in pictures:
        left, top, width, height = picture.get("place", (0, 0, WIDTH, HEIGHT))
        own, interlaced, transparent = picture.get("palette", b""), picture.get("interlaced"), picture.get("transparent")
        parts += picture.get("before", [])
        if transparent is not None:
            disposal = picture.get("disposal", 0) << 2
            parts.append(b"\x21\xf9\x04" + struct.pack("<BHBB", disposal | 1, 5, transparent, 0))
        order = range(height)
        if interlaced:
            order = [y for first, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(first, height, step)]
        indices = b"".join(picture["pixels"][y * width : (y + 1) * width] for y in order)
        parts.append(b"\x2c" + struct.pack("<HHHHB", left, top, width, height, flags(own) | 0x40 * bool(interlaced)) + own)
        parts.append(codes(indices, picture.get("size", 5)))
    files[name] = b"".join(parts) + b";"


INDICES = bytes(value >> 3 for value in GREY)
SHARED, OWN = PALETTE[:96], PALETTE[96:192]
SMALL = {"pixels": INDICES[:40], "place": (3, 2, 8, 5)}
gif("opaque.gif", {"pixels": INDICES}, palette=SHARED)
gif("transparent.gif", {"pixels": INDICES, "transparent": INDICES[0]}, palette=SHARED)
gif("transparent-0.gif", {"pixels": INDICES, "transparent": 0}, palette=SHARED)
gif("transparent-beyond.gif", {"pixels": INDICES, "transparent": 99}, palette=SHARED)
gif("transparent-background.gif", {"pixels": INDICES, "transparent": 5}, palette=SHARED, background=5)
gif("transparent-interlaced.gif", {"pixels": INDICES, "transparent": 5, "interlaced": True}, palette=SHARED)
comment = [b"\x21\xfe\x03abc\0", b"\x21\xff\x0bNETSCAPE2.0\x03\1\0\0\0"]
gif("transparent-comment.gif", {"pixels": INDICES, "transparent": 5, "before": comment}, palette=SHARED)
gif("own-palette.gif", {"pixels": INDICES, "transparent": 5, "palette": OWN}, palette=SHARED)
gif("only-own-palette.gif", {"pixels": INDICES, "transparent": 5, "palette": OWN})
gif("no-palette.gif", {"pixels": INDICES})
gif("no-palette-transparent.gif", {"pixels": INDICES, "transparent": 5})
gif("no-palette-part.gif", {**SMALL, "transparent": 9})
gif("part.gif", SMALL, palette=SHARED, background=7)
gif("part-transparent.gif", {**SMALL, "transparent": 5}, palette=SHARED, background=7)
gif("part-own-palette.gif", {**SMALL, "palette": OWN}, palette=SHARED, background=7)
gif("part-transparent-own-palette.gif", {**SMALL, "transparent": 5, "palette": OWN}, palette=SHARED)
gif("part-transparent-beyond.gif", {**SMALL, "transparent": 99}, palette=SHARED)
gif("beyond-canvas.gif", {"pixels": INDICES, "place": (3, 2, WIDTH, HEIGHT), "transparent": 9}, palette=SHARED)
second = {"pixels": INDICES[::-1], "transparent": 6}
gif("animated.gif", {"pixels": INDICES, "transparent": 5}, second, palette=SHARED)
gif("animated-part.gif", {**SMALL, "transparent": 5, "disposal": 2}, second, palette=SHARED)
gif("grey-palette.gif", {"pixels": GREY, "transparent": GREY[0], "size": 8}, palette=GREYS)
gif("grey-palette-part.gif", {"pixels": GREY[:40], "place": (3, 2, 8, 5), "transparent": 9, "size": 8}, palette=GREYS)
gif("two-colours.gif", {"pixels": bytes(value >> 7 for value in GREY), "transparent": 1, "size": 2}, palette=GREYS[-6:])
gif("short-palette.gif", {"pixels": GREY, "size": 8}, palette=PALETTE[:192])

# TIFF

for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
    save(f"{compression.removeprefix('tiff_')}.tif", image("RGB", RGB), compression=compression)
for value in range(1, 9):
    save(f"orientation-{value}.tif", image("RGB", RGB), compression="tiff_lzw", tiffinfo={274: value})
save("orientation-6-grey.tif", image("L", GREY), tiffinfo={274: 6})
save("orientation-7-cmyk.tif", image("CMYK", RGBA), tiffinfo={274: 7})
pages = {"save_all": True, "append_images": [image("RGB", RGB[::-1])]}
save("pages.tif", image("RGB", RGB), **pages)
save("pages-orientation-6.tif", image("RGB", RGB), **pages, tiffinfo={274: 6})
save("grey.tif", image("L", GREY))
save("grey-jpeg.tif", image("L", GREY), compression="jpeg")
save("group3.tif", image("L", GREY).convert("1"), compression="group3")
save("group4.tif", image("L", GREY).convert("1"), compression="group4")
save("la.tif", image("LA", LA))
save("rgba.tif", image("RGBA", RGBA), compression="tiff_lzw")
save("cmyk.tif", image("CMYK", RGBA), compression="tiff_lzw")
save("lab.tif", image("LAB", RGB))
indexed = image("P", GREY)
indexed.putpalette(PALETTE)
save("palette.tif", indexed)
save("float.tif", image("L", GREY).convert("F"))
save("int.tif", image("L", GREY).convert("I"))


def tiff(name, depths, photometric, data, *tags, order="<", big=False, strips=None):
    """Writes a TIFF without a compression. @param tags (tag, values) of 16-bit integers, besides the usual ones"""
    strips = strips or [data]
    entries = [(256, [WIDTH]), (257, [HEIGHT]), (258, depths), (259, [1]), (262, [photometric]), (277, [len(depths)])]
    entries += [(278, [HEIGHT]), (273, None), (279, [len(strip) for strip in strips]), *tags]
    entries.sort(key=lambda entry: entry[0])
    offset, number, room = ("Q", "Q", 8) if big else ("I", "H", 4)
    mark = b"II" if order == "<" else b"MM"
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8))
    start = len(head) + struct.calcsize("<" + number) + len(entries) * (20 if big else 12) + room
    sizes = [4 * len(strips) if tag == 273 else (4 if tag == 279 else 2) * len(values) for tag, values in entries]
    data_start = start + sum(size for size in sizes if size > room)
    listed, outside = b"", b""
    for tag, values in entries:
        if tag == 273:
            values = [data_start + sum(map(len, strips[:i])) for i in range(len(strips))]
        letter, kind = ("I", 4) if tag in (273, 279) else ("H", 3)
        content = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(content) > room:
            position = start + len(outside)
            outside += content
            content = struct.pack(order + offset, position)
        listed += struct.pack(order + "HH" + offset, tag, kind, len(values)) + content.ljust(room, b"\0")
    count = struct.pack(order + number, len(entries))
    files[name] = head + count + listed + bytes(room) + outside + b"".join(strips)


EXTRA, PLANAR, FORMAT, COLOURS, FILL = 338, 284, 339, 320, 266
for depth in (1, 4):
    packed = b"".join(bits([value >> 8 - depth for value in GREY], depth))
    tiff(f"grey-{depth}.tif", [depth], 1, packed)
    tiff(f"white-is-0-{depth}.tif", [depth], 0, packed)
tiff("white-is-0.tif", [8], 0, GREY)
tiff("big-endian.tif", [8] * 3, 2, RGB, order=">")
tiff("bigtiff.tif", [8] * 3, 2, RGB, big=True)
tiff("bigtiff-big-endian.tif", [8] * 3, 2, RGB, big=True, order=">")
tiff("planar.tif", [8] * 3, 2, b"", (PLANAR, [2]), strips=[channel(RGB, 3, i) for i in range(3)])
tiff("unassociated-alpha.tif", [8] * 4, 2, RGBA, (EXTRA, [2]))
tiff("associated-alpha.tif", [8] * 4, 2, RGBA, (EXTRA, [1]))
tiff("unspecified-alpha.tif", [8] * 4, 2, RGBA, (EXTRA, [0]))
tiff("rgb-16.tif", [16] * 3, 2, sixteen(RGB, "<"))
tiff("rgba-16.tif", [16] * 4, 2, sixteen(RGBA, "<"), (EXTRA, [2]))
tiff("cmyk-16.tif", [16] * 4, 5, sixteen(RGBA, "<"))
tiff("grey-16.tif", [16], 1, sixteen(GREY, "<"))
tiff("grey-16-big-endian.tif", [16], 1, sixteen(GREY, ">"), order=">")
tiff("signed.tif", [8], 1, GREY, (FORMAT, [2]))
wide = [value * 257 for i in range(3) for value in PALETTE[:48][i::3]]
tiff("palette-4.tif", [4], 3, b"".join(bits([value >> 4 for value in GREY], 4)), (COLOURS, wide))
narrow = [value for i in range(3) for value in PALETTE[i::3]]
tiff("palette-of-8-bits.tif", [8], 3, GREY, (COLOURS, narrow))

# WebP

save("lossy.webp", image("RGB", RGB), quality=80)
save("lossless.webp", image("RGB", RGB), lossless=True)
save("alpha.webp", image("RGBA", RGBA), lossless=True, exact=True)
save("alpha-lossy.webp", image("RGBA", RGBA), quality=80)
save("orientation-6.webp", image("RGB", RGB), lossless=True, exif=orientation(6))
save("animated.webp", two[0], save_all=True, append_images=two[1:], lossless=True, exact=True)
spot = image("RGBA", bytes(4 * WIDTH * HEIGHT))
spot.paste(two[0].crop((0, 0, 5, 4)), (4, 3))
save("animated-part.webp", spot, save_all=True, append_images=two, lossless=True, background=(10, 20, 30, 40))

# Kinds that are not decoded

for kind in ("bmp", "ppm", "avif", "jp2"):
    save(f"other.{kind}", image("RGB", RGB))

warnings.simplefilter("ignore")


def entry(name, content):
    found = {"name": name, "file": base64.b64encode(content).decode()}
    try:
        with Image.open(io.BytesIO(content)) as picture:
            found["mode"] = picture.mode
            colour = picture.convert("RGB")
            return found | {"size": colour.size, "RGB": colour.tobytes().hex(), "L": picture.convert("L").tobytes().hex()}
    except (OSError, ValueError):
        return found | {"size": [WIDTH, HEIGHT], "RGB": None, "L": None}


for file in files.items():
    print(json.dumps(entry(*file)))
