"""Number plates in still pictures: finding them, reading them, and saying nothing where nothing can be read."""

from skynet.vision.plates.net_reader import MIN_CONFIDENCE, NetPlateReader
from skynet.vision.plates.reader import PlateReader

__all__ = ["MIN_CONFIDENCE", "NetPlateReader", "PlateReader"]
