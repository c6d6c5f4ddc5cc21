"""Files that judging needs: they go when their process does, and may be too large."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from shared.drop.scratch import own_scratch_folder

HEADER = "audience_id,track_id,score\n"
JUDGING = """
import sys, time
from pathlib import Path
from shared.drop.scratch import own_scratch_folder
folder = own_scratch_folder(Path(sys.argv[1]))
(folder / "drop").write_text("listener-1")
print(folder, flush=True)
time.sleep(60)
"""


def test_what_a_killed_process_left_is_removed_and_what_another_uses_is_not(tmp_path: Path) -> None:
    above = tmp_path / "scratch"
    command = [sys.executable, "-c", JUDGING, str(above)]
    killed, living = (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)
    )
    folders = []
    for process in (killed, living):
        assert process.stdout is not None
        folders.append(Path(process.stdout.readline().strip()))
    killed.kill()
    killed.wait()

    own = own_scratch_folder(above)

    assert [(folder / "drop").exists() for folder in folders] == [False, True]
    assert own not in folders
    assert own.is_dir()
    living.kill()
    living.wait()


SHUFFLED = HEADER + "".join(
    f"listener-{i * 7919 % 90_001:07},t{i:07},0.5\n" for i in range(700_000)
)
REJECTED = HEADER + "".join(f"listener-{i:07},t{i:07},x\n" for i in range(100_000))


@pytest.mark.parametrize("text", [SHUFFLED, REJECTED], ids=["parted rows", "rejected rows"])
def test_a_drop_without_room_for_its_files_is_refused_with_one_receipt(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)

    subprocess.run(
        [sys.executable, "-m", "tests.fuzz.judge_hostile", "scores", str(path)],
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
    )

    (receipt,) = json.loads(path.with_suffix(".json").read_text())["receipts"]
    assert (receipt["status"], receipt["reason"]) == ("rejected", "out_of_scratch_space")
    assert receipt["rows_accepted"] == 0
    assert not receipt["rejected_rows_key"]
