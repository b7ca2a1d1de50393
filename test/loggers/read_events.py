"""Prints, as JSON, what TensorBoard's own reader finds in a folder of event files."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2

everything = {"scalars": 0, "images": 0, "tensors": 0}
events = EventAccumulator(sys.argv[1], size_guidance=everything)
events.Reload()
tags = events.Tags()
hparams = events.summary_metadata


def plugin(tag):
    content = events.SummaryMetadata(tag).plugin_data.content
    return plugin_data_pb2.HParamsPluginData.FromString(content)


def settings():
    if "_hparams_/session_start_info" not in hparams:
        return None
    values = plugin("_hparams_/session_start_info").session_start_info.hparams
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in values.items()}


def charts():
    if "custom_scalars__config__" not in tags["tensors"]:
        return None
    [event] = events.Tensors("custom_scalars__config__")
    layout = layout_pb2.Layout.FromString(event.tensor_proto.string_val[0])
    return {category.title: {chart.title: list(chart.multiline.tag) for chart in category.chart} for category in layout.category}


print(
    json.dumps(
        {
            "scalars": {
                tag: [[event.step, event.wall_time, event.value] for event in events.Scalars(tag)]
                for tag in tags["scalars"]
            },
            "images": {
                tag: [[event.step, event.width, event.height, len(event.encoded_image_string)] for event in events.Images(tag)]
                for tag in tags["images"]
            },
            "settings": settings(),
            "end": plugin("_hparams_/session_end_info").session_end_info.status
            if "_hparams_/session_end_info" in hparams
            else None,
            "charts": charts(),
        }
    )
)
