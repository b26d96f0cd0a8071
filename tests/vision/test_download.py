import hashlib
from pathlib import Path

import httpx
import pytest

from skynet.domain.errors import WorkFailedError
from skynet.vision import ModelError
from skynet.vision.download import download

CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
URL = "https://models.example/a.onnx"


def client(answer: httpx.Response | httpx.HTTPError) -> httpx.Client:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    return httpx.Client(transport=httpx.MockTransport(handle))


def test_a_whole_file_stands_under_its_name(tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    target = tmp_path / "models" / "a.onnx"
    download(URL, target, SHA256, lambda *n: heard.append(n), client(httpx.Response(200, content=CONTENT)))
    assert target.read_bytes() == CONTENT
    assert heard[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in target.parent.iterdir()] == ["a.onnx"]


def test_another_file_is_not_kept_and_the_old_one_stays(tmp_path: Path) -> None:
    target = tmp_path / "a.onnx"
    target.write_bytes(b"old")
    with pytest.raises(ModelError, match=f"expected {SHA256}"):
        download(URL, target, SHA256, lambda *_: None, client(httpx.Response(200, content=b"other")))
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.onnx"]


@pytest.mark.parametrize(
    ("answer", "text"),
    [(httpx.Response(404), "answered 404"), (httpx.ConnectError("no route"), "could not be fetched .no route.")],
)
def test_failures_are_one_line(tmp_path: Path, answer: httpx.Response | httpx.HTTPError, text: str) -> None:
    with pytest.raises(WorkFailedError, match=text):
        download(URL, tmp_path / "a.onnx", SHA256, lambda *_: None, client(answer))
    assert not (tmp_path / "a.onnx").exists()
