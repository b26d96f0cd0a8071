from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from skynet.vision import FastestDetDetector, ModelError, OnnxSession, StillImage, YoloxDetector
from skynet.vision.class_list import ClassList
from skynet.vision.onnx_session import MAX_BATCH, PACKAGES, PROVIDERS
from tests.vision.tiny_model import write_brightness_model, write_constant_model

CLASSES = ClassList(["person", "dog", "car"])
CELLS = (64 // 8) ** 2 + (64 // 16) ** 2 + (64 // 32) ** 2
MISSING = [name for name, provider in PROVIDERS.items() if provider not in ort.get_available_providers()]


def bright_session(path: Path, provider: str = "cpu", at_once: int = 1) -> OnnxSession:
    write_brightness_model(path, 4, 4, np.array([[1, 2]], np.float32))
    return OnnxSession(path, provider=provider, at_once=at_once)


def grey(level: int, size: int = 4) -> np.ndarray:
    return np.full((3, size, size), level, np.uint8)


def still(level: int) -> StillImage:
    return StillImage(np.full((64, 64, 3), level, np.uint8))


def yolox(path: Path) -> tuple[OnnxSession, YoloxDetector]:
    answer = np.zeros((1, CELLS, 8), np.float32)
    answer[0, 10] = [0.5, 0.5, np.log(2), 0, 1, 1, 0, 0]
    write_brightness_model(path, 64, 64, answer)
    session = OnnxSession(path)
    return session, YoloxDetector("tiny", session, CLASSES, (64, 64))


def fastestdet(path: Path) -> tuple[OnnxSession, FastestDetDetector]:
    answer = np.zeros((1, 8, 4, 4), np.float32)
    answer[0, :, 1, 2] = np.array([1, 0, 0, 0, 0, 1, 0, 0], np.float32) * 255  # its pictures are 0 to 1
    write_brightness_model(path, 64, 64, answer)
    session = OnnxSession(path)
    return session, FastestDetDetector("tiny", session, CLASSES, (64, 64))


def test_each_picture_gets_its_own_answer_in_runs_of_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = bright_session(tmp_path / "m.onnx")
    session.batch_limit = 2  # as on a GPU
    runs: list[int] = []
    run = session.run
    monkeypatch.setattr(session, "run", lambda tensor: (runs.append(len(tensor)), run(tensor))[1])
    answers = session.run_each([grey(level) for level in (0, 51, 102, 153, 255)])
    assert np.allclose(answers, [[0, 0], [0.2, 0.4], [0.4, 0.8], [0.6, 1.2], [1, 2]])
    assert runs == [2, 2, 1]
    assert session.run_each([]) == []


def test_pictures_are_divided_before_they_go_in(tmp_path: Path) -> None:
    session = bright_session(tmp_path / "m.onnx")
    assert np.allclose(session.run_each([grey(255)], divisor=255), [[1 / 255, 2 / 255]])


@pytest.mark.parametrize("made", [yolox, fastestdet])
@pytest.mark.parametrize("batch_limit", [1, 3])
def test_a_batch_says_what_each_frame_alone_would(made, batch_limit: int, tmp_path: Path) -> None:
    session, detector = made(tmp_path / "m.onnx")
    frames = [still(level) for level in (255, 0, 200, 230)]
    alone = [detector.detect(frame) for frame in frames]
    assert len({float(found.scores[0]) for found in alone if len(found)}) == 3  # each frame has an answer of its own
    session.batch_limit = batch_limit
    assert detector.batch_limit == batch_limit
    for one, other in zip(detector.detect_batch(frames), alone, strict=True):
        assert np.array_equal(one.boxes, other.boxes)
        assert np.array_equal(one.scores, other.scores)
        assert one.labels == other.labels


def test_a_cpu_runs_one_by_one(tmp_path: Path) -> None:
    assert bright_session(tmp_path / "m.onnx").batch_limit == 1


@pytest.mark.parametrize("provider", MISSING)
def test_what_is_not_in_this_build_is_said_with_the_package_to_install(provider: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"install {PACKAGES[provider]} in place of onnxruntime") as caught:
        bright_session(tmp_path / "m.onnx", provider)
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_provider_that_does_not_start_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "cuda" not in MISSING:
        pytest.skip("this build of onnxruntime has the provider that the test wants to be missing")
    monkeypatch.setattr(ort, "get_available_providers", lambda: [PROVIDERS["cuda"], PROVIDERS["cpu"]])
    with pytest.raises(ModelError, match="'cuda' is installed and does not start on this machine"):
        bright_session(tmp_path / "m.onnx", "cuda")


@pytest.mark.skipif("openvino" in MISSING, reason="onnxruntime-openvino is not installed")
def test_openvino_says_what_the_cpu_says(tmp_path: Path) -> None:
    session = bright_session(tmp_path / "m.onnx", "openvino", at_once=2)
    assert session.batch_limit == 1
    assert np.allclose(session.run_each([grey(51), grey(255)]), [[0.2, 0.4], [1, 2]], atol=1e-3)


@pytest.mark.skipif("cuda" in MISSING, reason="onnxruntime-gpu is not installed")
def test_a_gpu_takes_batches_of_models_whose_batch_is_free(tmp_path: Path) -> None:
    assert bright_session(tmp_path / "m.onnx", "cuda").batch_limit == MAX_BATCH
    write_constant_model(tmp_path / "one.onnx", (1, 3, 4, 4), np.zeros((1, 2), np.float32))
    assert OnnxSession(tmp_path / "one.onnx", provider="cuda").batch_limit == 1
