"""What the original shows of aggregates is what aggregates.json says of it; the unit tests of client/render hold us to the same file.

MCO_AGGREGATES names a folder with the folders aggregate/ and util/ of the add-ons, to ask them, too. MCO_UPDATE_AGGREGATES=1 records
what is said.
"""
import json
import os
import subprocess
from pathlib import Path

from conftest import need
from nodes import original_available, ruby_environment

DATA = Path(__file__).parent / "aggregates.json"
DRIVER = Path(__file__).parent / "aggregates_original.rb"
ADDONS = os.environ.get("MCO_AGGREGATES")


def shown_by_the_original(calls):
    words = ["ruby", DRIVER] + ([ADDONS] if ADDONS else [])
    done = subprocess.run(words, input=json.dumps(calls), env=ruby_environment(), timeout=300, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_original_still_shows_what_is_recorded():
    need(original_available(), "the original (mcollective, mcollective-client)")
    recorded = json.loads(DATA.read_text())
    calls = [call for call in recorded["calls"] if ADDONS or not call.get("addon")]
    assert len(calls) >= 40
    answers = shown_by_the_original(calls)
    if os.environ.get("MCO_UPDATE_AGGREGATES"):
        for call, answer in zip(calls, answers):
            call["original"] = answer
        DATA.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")
    assert dict(zip((call["name"] for call in calls), answers)) == {call["name"]: call["original"] for call in calls}
