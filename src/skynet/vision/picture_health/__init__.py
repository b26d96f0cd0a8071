"""Health of a picture, not only of a socket: frozen, black, over-exposed, blurred, covered, moved.

`PictureExaminer` looks at a picture every few seconds, at the cost of a fraction of a millisecond a second.
"""

from skynet.vision.picture_health.evidence import PictureFault
from skynet.vision.picture_health.examiner import PictureExaminer
from skynet.vision.picture_health.known_scene import Memory
from skynet.vision.picture_health.options import PictureHealthOptions

__all__ = ["Memory", "PictureExaminer", "PictureFault", "PictureHealthOptions"]
