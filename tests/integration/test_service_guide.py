"""The commands of docs/service.md, run as a reader copies them: in a folder instead of /, with the programs that
need root or systemd replaced.
"""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from orchestration.settings import ROOT

GUIDE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
OTHERS = 0o007
PACKAGES = {
    "adduser": "adduser",
    "git": "git",
    "logrotate": "logrotate",
    "make": "make",
    "npm": "npm",
    "pip": "python3-pip",
    "zstd": "zstd",
}
"""The Debian package of each program that the recipe uses, and that a small installation lacks."""
REPLACED = """
for name in apt adduser systemctl chown make ipp-run; do
    eval "$name() { echo $name \\"\\$@\\" >>'PREFIX/called'; }"
done
install() {
    local kept=()
    while (($#)); do case $1 in -o | -g) shift 2 ;; *) kept+=("$1"); shift ;; esac; done
    command install "${kept[@]}"
}
"""


def commands_under(heading: str) -> list[str]:
    """The commands of a section of the guide, in their order."""
    section = GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line.strip() for line in section.splitlines() if line.startswith("    ")]


def commit(origin: Path, message: str) -> None:
    """Commit everything in a repository."""
    person = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", "-C", origin, "add", "."], check=True)
    subprocess.run(["git", "-C", origin, *person, "commit", "-qm", message], check=True)


class Server:
    """A folder in which the guide is followed, and the repository that the code comes from."""

    def __init__(self, folder: Path) -> None:
        self.root, self.origin = folder / "server", folder / "origin"
        self.state = self.root / "var/lib/ipp-dashboard"
        for place in ("opt", "etc/systemd/system", "etc/logrotate.d", "var/lib", "var/backups"):
            (self.root / place).mkdir(parents=True)
        for place in ("deploy", "raw/omsq/2024-q4"):
            shutil.copytree(ROOT / place, self.origin / place)
        shutil.copy(ROOT / "dagster.yaml", self.origin)
        subprocess.run(["git", "init", "-q", self.origin], check=True)
        commit(self.origin, "First")

    def run(self, commands: list[str], umask: str = "077", **replaced: str) -> None:
        """Run commands in one shell; files of this person are closed to others unless `umask` is another."""
        text = "\n".join(commands)
        for name, value in {"REPOSITORY": str(self.origin), **replaced}.items():
            text = text.replace(name, value)
        text = re.sub(r"(?<![\w.])/(opt|etc|var)/", rf"{self.root}/\1/", text)
        text = text.replace("--directory=/", f"--directory={self.root}")
        script = f"set -eu\numask {umask}\n{REPLACED.replace('PREFIX', str(self.root))}\n{text}\n"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def tree(self, place: str) -> dict[str, tuple[str, str]]:
        """Everything under a folder: its permissions, and what it holds or leads to."""
        return {
            path.relative_to(self.root).as_posix(): (stat.filemode(path.lstat().st_mode), _content(path))
            for path in sorted((self.root / place).rglob("*"))
            if ".git" not in path.parts
        }


def _content(path: Path) -> str:
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes().hex() if path.is_file() else ""


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server on which the service was installed as the guide says."""
    made = Server(tmp_path)
    last = next(number for number, line in enumerate(commands_under("Install")) if "ipp-webserver.service" in line)
    made.run(commands_under("Install")[: last + 1])
    return made


def test_the_service_can_read_the_code(server: Server) -> None:
    modes = [mode for mode, _ in server.tree("opt").values()]
    assert len(modes) > len(list((ROOT / "deploy").iterdir()))
    assert {mode[-3] for mode in modes if mode[0] in "-d"} == {"r"}


def test_others_can_read_nothing_that_may_hold_records(server: Server) -> None:
    raw = server.state / "raw"
    closed = [server.state / "dagster", server.state / "work", raw, *raw.rglob("*")]
    assert [path for path in closed if path.stat().st_mode & OTHERS] == []
    assert stat.S_IMODE((server.root / "etc/ipp-dashboard/environment").stat().st_mode) == 0o640
    assert (server.state / "published").stat().st_mode & OTHERS == 0o001


def test_every_file_of_the_recipe_is_installed(server: Server) -> None:
    installed = [path.name for path in server.root.joinpath("etc").rglob("*") if path.is_file()]
    units = [path.name for path in (ROOT / "deploy").glob("ipp-*")]
    assert sorted(installed) == sorted([*units, "environment", "ipp-dashboard"])


def test_an_update_brings_code_units_and_settings(server: Server) -> None:
    for place in ("deploy/ipp-daemon.service", "deploy/logrotate", "dagster.yaml"):
        with (server.origin / place).open("a", encoding="utf-8") as file:
            file.write("# the next version\n")
    commit(server.origin, "Second")
    server.run(commands_under("Update"))
    for place in ("etc/systemd/system/ipp-daemon.service", "etc/logrotate.d/ipp-dashboard"):
        assert (server.root / place).read_text(encoding="utf-8").endswith("# the next version\n")
    assert (server.state / "dagster/dagster.yaml").read_text(encoding="utf-8").endswith("# the next version\n")
    assert {mode[-3] for mode, _ in server.tree("opt").values() if mode[0] in "-d"} == {"r"}


@pytest.mark.parametrize("heading", ["Install", "Update"])
def test_the_code_is_compiled_and_every_service_started(server: Server, heading: str) -> None:
    (server.root / "called").unlink()
    server.run([line for line in commands_under(heading) if not line.startswith(("ipp-run()", "git clone", "cp "))])
    called = (server.root / "called").read_text(encoding="utf-8")
    assert "make service" in called
    assert re.findall(r"systemctl (?:start|enable --now) (ipp-daemon|ipp-webserver)", called) == [
        "ipp-daemon",
        "ipp-webserver",
    ]


@pytest.mark.skipif(not shutil.which("zstd"), reason="zstd is not installed")
def test_what_was_backed_up_comes_back(server: Server) -> None:
    edition = server.state / "published/editions/p1"
    edition.mkdir(parents=True, mode=0o751)
    (edition / "ipp.duckdb").write_text("figures")
    (edition / "ipp.duckdb").chmod(0o440)
    (server.state / "published/current").symlink_to("editions/p1")
    (server.state / "raw/internal").mkdir(mode=0o750)
    before = {place: server.tree(place) for place in ("var/lib/ipp-dashboard", "etc/ipp-dashboard")}

    back_up, *restore = commands_under("Back-up and restore")
    server.run([back_up], umask="022")
    (archive,) = (server.root / "var/backups").iterdir()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    (edition / "ipp.duckdb").unlink()
    (server.state / "raw/omsq/2024-q4/manifest.yml").write_text("changed")
    (server.state / "work/left.duckdb").write_text("old")
    (server.root / "etc/ipp-dashboard/environment").write_text("changed")
    server.run(restore, **{"ipp-DATE.tar.zst": archive.name})
    assert {place: server.tree(place) for place in before} == before


def test_the_packages_of_every_program_are_named() -> None:
    (line,) = (line for line in commands_under("Install") if line.startswith("apt install "))

    assert set(PACKAGES.values()) <= set(line.split())


def test_the_container_is_set_up_as_the_service_is() -> None:
    assert "&& make service\n" in (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    plan = subprocess.run(["make", "-n", "service"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "compileall" in plan


@pytest.mark.skipif(not shutil.which("logrotate"), reason="logrotate is not installed")
def test_logrotate_takes_its_file(server: Server) -> None:
    logs = server.state / "work" / "logs"
    logs.mkdir()
    (logs / "dbt.log").write_text("a line\n")
    text = (server.root / "etc/logrotate.d/ipp-dashboard").read_text(encoding="utf-8")
    config = server.root / "logrotate.conf"
    config.write_text(text.replace("/var/lib", f"{server.root}/var/lib").replace("su ipp ipp", ""), encoding="utf-8")
    config.chmod(0o644)
    done = subprocess.run(["logrotate", "-d", config], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "error" not in done.stderr
    assert f"considering log {logs}/dbt.log" in done.stderr
