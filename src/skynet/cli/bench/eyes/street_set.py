"""The street set's validation half as labelled pictures, by the rules of the set's README. Reads `val.json`."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from skynet.cli.bench.eyes.labelled_picture import ROAD_LABELS, LabelledPicture, corners_of
from skynet.domain.errors import BadInputError
from skynet.domain.label import ObjectLabel

LABEL_OF = dict(enumerate(ROAD_LABELS, start=1))
"""Category ids of the set."""

Box = Annotated[list[float], Field(min_length=4, max_length=4)]


class _Image(BaseModel):
    id: int
    file_name: str
    source: str
    labelled_classes: list[int]
    ignore_boxes: list[Box]


class _Annotation(BaseModel):
    image_id: int
    category_id: int
    bbox: Box
    pseudo: int


class _Coco(BaseModel):
    images: list[_Image]
    annotations: list[_Annotation]


def load_street_set(folder: Path, half: str = "val") -> list[LabelledPicture]:
    """The pictures of `folder`/`half`. A class counts only where a person labelled it; boxes added by the teacher and
    `ignore_boxes` are neither right nor wrong. Raises BadInputError when the set is not there or is another."""
    listing = folder / f"{half}.json"
    try:
        coco = TypeAdapter(_Coco).validate_python(json.loads(listing.read_text("utf-8")))
    except FileNotFoundError:
        raise BadInputError(f"{listing}: no such file; name the folder of the shared data with --data") from None
    except (OSError, ValueError) as error:
        words = str(error.errors()[0]["msg"]) if isinstance(error, ValidationError) else str(error)
        raise BadInputError(f"{listing}: is not the street set's list ({words}); fetch the shared data anew") from None
    by_image: dict[int, list[_Annotation]] = defaultdict(list)
    for annotation in coco.annotations:
        by_image[annotation.image_id].append(annotation)
    return [_picture(image, by_image[image.id], folder / half) for image in coco.images]


def _picture(image: _Image, annotations: list[_Annotation], folder: Path) -> LabelledPicture:
    seen: dict[ObjectLabel, list[list[float]]] = defaultdict(list)
    taught: dict[ObjectLabel, list[list[float]]] = defaultdict(list)
    for annotation in annotations:
        (taught if annotation.pseudo else seen)[LABEL_OF[annotation.category_id]].append(annotation.bbox)
    return LabelledPicture(
        name=image.file_name,
        group=image.source,
        image=folder / image.file_name,
        boxes={label: corners_of(rows) for label, rows in seen.items()},
        ignored=corners_of([list(box) for box in image.ignore_boxes]),
        ignored_as={label: corners_of(rows) for label, rows in taught.items()},
        judged=frozenset(LABEL_OF[number] for number in image.labelled_classes),
    )
