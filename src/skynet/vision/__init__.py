"""Frames → observations: detectors, the tracker, plate reading, still pictures, and the models they need.

Nothing in this room opens a stream or knows of cameras, rules or alerts: a frame comes in, values go out.
"""

from skynet.vision.create_detector import DetectorChoice, choose_detector, create_detector
from skynet.vision.create_plate_reader import create_plate_reader
from skynet.vision.detector import Detector
from skynet.vision.fastestdet import FastestDetDetector
from skynet.vision.model_store import ModelStore
from skynet.vision.motion_detector import MotionDetector
from skynet.vision.motion_gate import MotionGate
from skynet.vision.onnx_session import ModelError, OnnxSession
from skynet.vision.plates import NetPlateReader, PlateReader
from skynet.vision.still_image import ImageError, StillImage
from skynet.vision.tracker import Tracker
from skynet.vision.yolox import YoloxDetector

__all__ = [
    "Detector",
    "DetectorChoice",
    "FastestDetDetector",
    "ImageError",
    "ModelError",
    "ModelStore",
    "MotionDetector",
    "MotionGate",
    "NetPlateReader",
    "OnnxSession",
    "PlateReader",
    "StillImage",
    "Tracker",
    "YoloxDetector",
    "choose_detector",
    "create_detector",
    "create_plate_reader",
]
