"""Where model files are found, and the proof that a file is the model its manifest entry means.

Nothing is loaded unverified: the sha256 of the whole file is compared each time a path is handed out. Reads files;
the network is touched by `download.pull` alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import platformdirs

from skynet.vision.manifest import Manifest, ModelEntry
from skynet.vision.onnx_session import ModelError

ENVIRONMENT_VARIABLE = "SKYNET_MODELS_DIR"


class ModelStore:
    """The models of one manifest, in the folders `dirs` (the first that has a file wins)."""

    def __init__(self, manifest_path: Path, dirs: Sequence[Path]) -> None:
        self.manifest_path = manifest_path
        self.dirs = tuple(dirs)
        self.manifest = Manifest.load(manifest_path)

    @classmethod
    def standard(cls, models_dir: Path | None = None, environ: Mapping[str, str] = os.environ) -> ModelStore:
        """The project's own manifest, with `models_dir`, `$SKYNET_MODELS_DIR`, the manifest's folder and the user's
        cache as folders, in this order.

        Raises ModelError when a folder that was asked for does not exist.
        """
        manifest_path = packaged_manifest()
        dirs = [manifest_path.parent, user_cache()]
        if chosen := environ.get(ENVIRONMENT_VARIABLE):
            dirs.insert(0, _existing(Path(chosen), f"${ENVIRONMENT_VARIABLE}"))
        if models_dir is not None:
            dirs.insert(0, _existing(models_dir, "--models-dir"))
        return cls(manifest_path, dirs)

    def find(self, name: str) -> Path | None:
        """Where the file of `name` lies, unverified; None when it is in no folder."""
        entry = self.manifest.entry(name)
        return next((path for path in (folder / entry.file for folder in self.dirs) if _is_file(path)), None)

    def path(self, name: str) -> Path:
        """The verified file of `name`. Raises ModelError when it is missing or is not the model that was meant."""
        entry = self.manifest.entry(name)
        found = self.find(name)
        if found is None:
            looked = ", ".join(str(folder) for folder in self.dirs)
            raise ModelError(f"model '{name}': no {entry.file} in {looked}; {_how_to_get(name, entry)}")
        verify(found, entry)
        return found


def verify(path: Path, entry: ModelEntry) -> None:
    """Raise ModelError unless the sha256 of `path` is the one of `entry`."""
    try:
        found = sha256_of(path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
    if found != entry.sha256:
        raise ModelError(
            f"{path}: is not the model meant: sha256 is {found}, expected {entry.sha256}; replace or remove the file"
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def user_cache() -> Path:
    return platformdirs.user_cache_path("skynet") / "models"


def packaged_manifest() -> Path:
    """`models/manifest.toml`: beside the package when installed from a wheel, else of the checkout it runs from."""
    package = Path(str(files("skynet")))
    installed = package / "models" / "manifest.toml"
    return installed if installed.is_file() else package.parents[1] / "models" / "manifest.toml"


def _existing(folder: Path, origin: str) -> Path:
    try:
        if folder.is_dir():
            return folder
    except PermissionError:
        raise ModelError(f"{origin} names {folder}, which this user may not look into; give it permission") from None
    raise ModelError(f"{origin} names {folder}, which is no folder")


def _is_file(path: Path) -> bool:
    """Whether there is such a file for this user: a folder that it may not look into holds none."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def _how_to_get(name: str, entry: ModelEntry) -> str:
    if entry.url:
        return f"get it with 'skynet models pull {name}'"
    return f"it is not shipped: put the file ({entry.source or entry.licence}) there or name its folder by --models-dir"
