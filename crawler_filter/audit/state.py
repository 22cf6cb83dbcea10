"""What a run has done, so that it can be killed at any moment and go on: one file a part, written behind its
outputs.

    DIR/state/job.json                 what the run is: inputs, columns, snapshot, policy, outputs
    DIR/state/snapshot-N/              the snapshot it began with, held here while the folder it came from moves on
    DIR/state/0003/000012.kept …       outputs of part 12 of the file 3, until the file is put together
    DIR/state/0003/000012.json         the part is done: which outputs it has, and its counts
    DIR/state/0003/done.json           the file is done: its outputs have their names

Each file is whole or absent. What is not done by its own word is done again, and gives the same bytes.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crawler_filter.audit.parts import Drafts, Output
from crawler_filter.errors import FilterError
from crawler_filter.sync import durable
from crawler_filter.sync.holding import hold

RESULTS: Final = ("kept", "removed", "mask", "state", "works")
"""The folders of a run."""
REPORTS: Final = ("report.json", "report.html", "record.note", "outputs.sha256")
"""Its files."""

_OURS: Final = (*RESULTS, *REPORTS, "lock")


class OtherRunError(FilterError):
    """The folder holds something else than this run."""


@dataclass(frozen=True, slots=True)
class State:
    """The folder of one run."""

    out: Path

    @property
    def folder(self) -> Path:
        """Return the folder of the state."""
        return self.out / "state"

    def require_same(self, job: Mapping[str, Any]) -> None:
        """Raise OtherRunError where the run that this folder holds is another one."""
        known = self.job() or {}
        if known != dict(job):
            differing = ", ".join(name for name in job if known.get(name) != job[name])
            raise OtherRunError(
                f"{self.out} holds a run that differs in: {differing}. Take another folder, or begin anew with"
                " --restart"
            )

    def job(self) -> dict[str, Any] | None:
        """Return what the run is that this folder holds, None where it holds none."""
        job: dict[str, Any] | None = self.read("job.json")
        return job

    def sweep(self) -> None:
        """Remove what a run that was killed had half written."""
        for name in RESULTS:
            durable.sweep(self.out / name)

    def clear(self) -> None:
        """Remove all that a run has made. Raises OtherRunError where the folder holds anything else."""
        found = {each.name for each in self.out.iterdir()} - {"lock"}
        strange = sorted(found - {*_OURS} if "state" in found else found)
        if strange:
            raise OtherRunError(f"{self.out} holds {strange[0]}, which no run has made: take an empty folder")
        for name in RESULTS:
            shutil.rmtree(self.out / name, ignore_errors=True)
        for name in REPORTS:
            (self.out / name).unlink(missing_ok=True)

    def drafts(self, file: int) -> Drafts:
        """Return where outputs of the parts of a file go."""
        folder = self.folder / f"{file:04}"
        folder.mkdir(parents=True, exist_ok=True)
        return Drafts(folder)

    def part(self, file: int, part: int) -> dict[str, Any] | None:
        """Return what a part has noted when it was done, None where it is not."""
        note: dict[str, Any] | None = self.read(f"{file:04}/{part:06}.json")
        return note

    def note_part(self, file: int, part: int, note: Mapping[str, Any]) -> None:
        """Note that a part is done: its outputs have their names, which are flushed here, at once for all."""
        durable.sync_folder(self.folder / f"{file:04}")
        self.write(f"{file:04}/{part:06}.json", note)

    def is_file_done(self, file: int) -> bool:
        """Tell whether the outputs of a file have their names."""
        return (self.folder / f"{file:04}/done.json").exists()

    def forget_lost(self, file: int, name: str) -> None:
        """Forget that the file `name` is done where one of its outputs is gone since: it is done again."""
        outputs = map(Output, self.read(f"{file:04}/done.json") or ())
        if not all(place.exists() for place in targets(self.out, name, outputs).values()):
            shutil.rmtree(self.folder / f"{file:04}")

    def note_file(self, file: int, outputs: Iterable[Output]) -> None:
        """Note that a file is done, and drop what its parts have written."""
        self.write(f"{file:04}/done.json", sorted(outputs))
        for draft in (self.folder / f"{file:04}").iterdir():
            if draft.suffix != ".json":
                draft.unlink(missing_ok=True)

    def has_parts(self, file: int) -> bool:
        """Tell whether a file was cut into parts already."""
        return (self.folder / f"{file:04}/parts.json").exists()

    def read(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a JSON file of the state, None where there is none."""
        try:
            return json.loads((self.folder / name).read_bytes())
        except FileNotFoundError:
            return None

    def write(self, name: str, value: object) -> None:
        """Write a JSON file of the state, whole or not at all."""
        durable.write(self.folder / name, json.dumps(value, ensure_ascii=False).encode())


def targets(out: Path, name: str, outputs: Iterable[Output]) -> dict[Output, Path]:
    """Return where the outputs of the file `name` go."""
    places = {
        Output.KEPT: out / "kept" / name,
        Output.REMOVED: out / "removed" / name,
        Output.MASK: out / "mask" / (name if name.endswith(".parquet") else f"{name}.parquet"),
        Output.REASONS: out / "removed" / f"{name}.reasons.jsonl",
    }
    return {output: places[output] for output in outputs}


def pin(folders: Sequence[Path], state: State) -> list[Path]:
    """Hold the snapshots of `folders` where the run can find them for as long as it takes; return their places."""
    return [hold(folder, state.folder / f"snapshot-{number}") for number, folder in enumerate(folders)]
