"""The bench runs from beginning to end on a small scale, and tells everything that it promises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISED = {
    *("cycles_per_s", "limit_cycles_per_s", "ratio", "reads_per_s"),
    *("issue_p50_ms", "issue_p99_ms", "validate_p50_ms", "validate_p99_ms", "read_p50_ms", "read_p99_ms"),
    *("issue_p99_fast_carrier_ms", "issue_p99_slow_carrier_ms"),
    *("hand_over_p99_ms_at_200", "hand_over_p99_ms_at_500", "smpp_per_s", "smtp_per_s"),
}
SMALL = (
    "--guias 1900 --people 2000 --requests 70 --bare 32 --rate 25 --rounds 1 --seconds 1 --heap 60 --warm 40"
    " --processes 1 --no-start-up"
)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_small_run_measures_everything_and_its_trail_is_whole(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "bench", *SMALL.split(), "--output", str(tmp_path / "results.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "results.json").read_text())
    assert [name for name in PROMISED if not told[name] > 0] == []
    assert told["trail_whole"]
    assert {each["connections"] for each in told["cycles"]} == {32, 64}
    assert told["carriers"]["slow"]["delivered"] == told["carriers"]["quick"]["delivered"] == 25
