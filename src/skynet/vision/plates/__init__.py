"""Number plates in still pictures: finding them, reading them, and saying nothing where nothing can be read."""

from skynet.vision.plates.rapidocr_reader import RapidOcrPlateReader
from skynet.vision.plates.reader import PlateReader

__all__ = ["PlateReader", "RapidOcrPlateReader"]
