"""The console's page in real Chromium, against a real coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet.coordinator import setup
from skynet.coordinator.data_dir import DataDir
from skynet.domain.alert import AlertKind, AlertState
from skynet.domain.camera import CameraState
from skynet.domain.camera_fault import CameraFaultKind
from skynet.domain.clock import SystemClock
from skynet.domain.hot_list import Purpose
from skynet.domain.label import ObjectLabel
from skynet.domain.plate import PlateKind
from skynet.domain.plate_hit import Certainty
from skynet.domain.severity import Severity
from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.coordinator.sample_clip import Clip, clip
from tests.domain.sample_hit import PLATE, hit
from tests.e2e.chromium import Chromium
from tests.e2e.console_page import BOX, HEIGHT, WIDTH, Box, ConsolePage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[ConsolePage]:
    """A running coordinator and a browser in English; whatever a test does, the page must not complain."""
    setup.initialise(DataDir(tmp_path / "data"), SystemClock(), "cli:test", tmp_path / "tokens")
    with CoordinatorProcess(tmp_path) as coordinator, Chromium(tmp_path / "profile") as browser:
        coordinator.start()
        browser.size(1280, 720)
        page = ConsolePage(coordinator, browser)
        yield page
        assert page.complaints() == []


@pytest.fixture
def box(page: ConsolePage) -> Iterator[Box]:
    box = Box(page.coordinator)
    yield box
    box.close()


def test_a_wrong_token_is_refused_in_plain_words(page: ConsolePage) -> None:
    browser = page.browser
    browser.open(page.coordinator.url)
    for token, answer in (
        ("sky_console_wrong", "does not know this token"),
        ("密码", "does not know this token"),
        (page.coordinator.token("edge"), "not for consoles"),
    ):
        browser.wait_for("document.activeElement?.id === 'token'")
        browser.run("document.querySelector('#token').value = ''")
        browser.type(token)
        browser.press("Enter")
        browser.wait_for(f"document.querySelector('#refusal').innerText.includes('{answer}')")
    assert browser.run("sessionStorage.length") == 0
    assert not browser.run("document.querySelector('#room').checkVisibility()")


def test_a_token_in_the_fragment_leaves_the_address_and_stays_in_the_tab(page: ConsolePage) -> None:
    page.sign_in()
    assert page.browser.run("location.href") == f"{page.coordinator.url}/"
    token = page.coordinator.token("console")
    assert page.browser.run("Object.values(sessionStorage)") == [token]
    assert token not in page.browser.run("JSON.stringify(localStorage) + document.body.innerHTML")
    assert page.browser.command("Network.getCookies")["cookies"] == []
    page.browser.click("#sign-out")
    page.browser.wait_for("document.querySelector('#door').checkVisibility()")
    assert page.browser.run("sessionStorage.length") == 0


def test_alerts_arrive_by_themselves_with_their_picture_and_box(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    page.sign_in()
    plate = {"text": "皖AD12345", "kind": "green_small", "confidence": 0.98}
    box.send({"snapshot": box.picture(90), "plate": plate, "kind": "wrong_way", "severity": "critical"})
    page.wait_for_rows(1)
    row = page.rows()[0]
    for text in ("Critical", "Wrong way", "yard", "gate-3", "皖A·D12345", "New"):
        assert text in row
    browser.wait_for(f"document.querySelector('.row img').naturalWidth === {WIDTH}")
    x, y, width, height = BOX
    drawn = browser.run("['x', 'y', 'width', 'height'].map(n => +document.querySelector('.row .box').getAttribute(n))")
    assert drawn == [x * WIDTH, y * HEIGHT, width * WIDTH, height * HEIGHT]
    place = (
        "(([box, shot]) => [(box.x - shot.x) / shot.width, (box.y - shot.y) / shot.height])"
        "(['.box', '.shot'].map(s => document.querySelector('.row ' + s).getBoundingClientRect()))"
    )
    assert browser.run(place) == pytest.approx([x, y], abs=0.02)

    box.send({"kind": "loitering"})
    page.wait_for_rows(2)
    assert "Loitering" in page.rows()[0]
    assert "plate-green_small" in browser.run("document.querySelector('.plate').className")


def test_a_possible_hit_warns_before_anybody_is_sent_and_an_exact_one_does_not(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    exact = hit(certainty="exact", reason="same_text", confirmation_required=False)
    box.send(*[{"kind": "plate_hit", "plate": PLATE, "hit": one} for one in (exact, hit())])
    page.sign_in()
    page.wait_for_rows(2)
    assert "possible" in page.rows()[0]
    browser.press("j")
    browser.wait_for("document.querySelector('.detail .warning')?.innerText.includes('before anyone is sent')")
    assert "A3401002026010001" in browser.text(".detail")
    browser.press("j")
    browser.wait_for("document.querySelector('.detail')?.innerText.includes('皖A12345, exact')")
    assert not browser.run("document.querySelector('.warning')")


def test_a_clip_is_awaited_and_played_beside_the_picture(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    span = {"starts_at": "2026-02-01T07:59:50.000Z", "ends_at": "2026-02-01T08:00:10.000Z"}
    (alert_id,) = box.send({"snapshot": box.picture(120), "clip": span, "time_error_s": 0.04})
    page.sign_in()
    page.wait_for_rows(1)
    browser.press("j")
    browser.wait_for("document.querySelector('.detail .clip')?.innerText === 'clip follows…'")
    assert "± 0.04 s" in browser.text(".detail")
    browser.run("document.querySelector('[name=note]').value = 'half a note'")
    box.deliver(alert_id, clip(seconds=2, size=(WIDTH, HEIGHT)))
    browser.wait_for(f"document.querySelector('.clip video').videoWidth === {WIDTH}")
    video = "document.querySelector('.clip video')"
    assert browser.run(f"[{video}.controls, {video}.muted, {video}.loop]") == [True, True, True]
    assert browser.run(f"{video}.duration") == pytest.approx(2, abs=0.2)
    browser.run(f"{video}.play()")
    browser.wait_for(f"{video}.currentTime > 0.2")
    assert browser.run("document.querySelector('[name=note]').value") == "half a note"
    browser.click("#language")
    assert "± 0.04 秒" in browser.text(".detail")
    assert browser.run(f"{video}.checkVisibility() && !{video}.paused")
    browser.press("Escape")
    with page.console("admin") as admin:
        entries = admin.get("/api/v1/audit?limit=500").json()["items"]
    assert [e["subject"] for e in entries if e["action"] == "clip.viewed"] == [f"alert:{alert_id}"]


def test_a_clip_that_cannot_be_played_can_be_saved(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    (alert_id,) = box.send({"clip": {"starts_at": "2026-02-01T07:59:50Z", "ends_at": "2026-02-01T08:00:10Z"}})
    good = clip()
    box.deliver(alert_id, Clip(good.content.replace(b"avc1", b"xxxx"), good.width, good.height))
    page.sign_in()
    page.wait_for_rows(1)
    browser.press("j")
    browser.wait_for("document.querySelector('.clip').innerText.includes('cannot play')")
    assert browser.run("document.querySelector('.clip a').download") == f"{alert_id}.mp4"
    assert not browser.run("document.querySelector('.clip video').checkVisibility()")


def test_an_acknowledgement_reaches_the_coordinator(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    (alert_id,) = box.send({"snapshot": box.picture(120)})
    page.sign_in()
    page.wait_for_rows(1)
    browser.press("j")
    browser.wait_for(f"document.querySelector('.detail img')?.naturalWidth === {WIDTH}")
    browser.press("a")
    browser.wait_for("document.querySelector('.message').innerText.includes('who you are')")
    browser.wait_for("document.activeElement.name === 'operator'")
    browser.type("王芳 0417")
    browser.press("Escape")
    browser.press("a")
    browser.wait_for("document.querySelector('.done')?.innerText.includes('王芳 0417')")
    with page.console() as other:
        (record,) = other.get("/api/v1/alerts").json()["items"]
    assert (record["alert"]["id"], record["state"], record["acknowledged_by"]) == (
        alert_id,
        "acknowledged",
        "王芳 0417",
    )
    assert "Acknowledged" in page.rows()[0]


def test_whoever_comes_second_is_told_who_was_faster(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    (alert_id,) = box.send({})
    page.sign_in()
    page.wait_for_rows(1)
    browser.run("sessionStorage.setItem('skynet.operator', 'second')")
    browser.click(".row button")
    browser.wait_for(f"performance.getEntriesByType('resource').some(e => e.name.endsWith('/alerts/{alert_id}'))")
    with page.console() as other:
        body = {"operator": "first"}
        url = f"/api/v1/alerts/{alert_id}/acknowledge"
        other.post(url, json=body, headers={"If-Match": '"1"'}).raise_for_status()
    browser.press("a")
    browser.wait_for("document.querySelector('.message').innerText.includes('faster: first')")
    assert "Acknowledged" in page.rows()[0]


def test_the_language_is_switched_and_remembered(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    box.send({})
    box.report(**{"gate-3": {"state": "unauthorised", "detail": "401 from the camera"}})
    page.sign_in()
    page.wait_for_rows(1)
    assert "Zone entry" in page.rows()[0]
    browser.click("#language")
    assert "区域入侵" in page.rows()[0]
    assert "认证失败" in browser.text("#cameras")
    assert browser.run("document.documentElement.lang") == "zh-CN"
    browser.command("Page.reload")
    browser.wait_for("document.querySelector('#link')?.textContent === '实时'")


def test_a_camera_s_fault_is_told_in_the_list_and_on_the_camera(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    fault = {"kind": "covered", "since": "2026-02-01T08:00:00.250Z", "detail": "60% of the scene's structure is gone"}
    box.report(**{"gate-3": {"faults": [fault]}})
    box.send(
        {
            "kind": "camera_fault",
            "rule_id": "camera-health",
            "place": "school",
            "track": None,
            "fault": fault,
            "snapshot": box.picture(120),
        }
    )
    page.sign_in()
    page.wait_for_rows(1)
    assert "Camera fault covered" in page.rows()[0]
    browser.wait_for("document.querySelector('#cameras .tile') !== null")
    assert "covered" in browser.text("#cameras")
    assert "60% of the scene's structure is gone" in browser.text("#cameras")
    browser.click(".row button")
    browser.wait_for("document.querySelector('#detail dl') !== null")
    assert "60% of the scene's structure is gone" in browser.text("#detail")
    browser.click("#language")
    assert "摄像机故障 镜头遮挡" in page.rows()[0]


def test_every_word_of_the_contract_has_a_name_in_both_languages(page: ConsolePage) -> None:
    page.sign_in()
    families = {
        "kinds": AlertKind,
        "severities": Severity,
        "states": AlertState,
        "cameraStates": CameraState,
        "labels": ObjectLabel,
        "plateKinds": PlateKind,
        "purposes": Purpose,
        "certainties": Certainty,
        "faults": CameraFaultKind,
    }
    for family, values in families.items():
        known = page.browser.run(f"import('/words.js').then(m => new m.Words('en').values('{family}'))")
        assert known == [str(value) for value in values]


def test_a_reader_keeps_the_row_that_is_being_read(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    box.send(*[{"place": f"place-{number}"} for number in range(30)])
    page.sign_in()
    page.wait_for_rows(30)
    browser.run("document.querySelector('#scroll').scrollTop = 900")
    top = "[...document.querySelectorAll('.row')].find(r => r.innerText.includes('place-15')).getBoundingClientRect().y"
    before = browser.run(top)
    box.send({}, {}, {})
    page.wait_for_rows(33)
    assert browser.run(top) == pytest.approx(before, abs=1)
    assert browser.text("#news") == "3 new ↑"
    browser.click("#news")
    browser.wait_for("document.querySelector('#scroll').scrollTop === 0")
    assert not browser.run("document.querySelector('#news').checkVisibility()")


def test_a_long_history_is_cut_and_counted(page: ConsolePage, box: Box) -> None:
    for _ in range(3):
        box.send(*[{} for _ in range(99)])
    box.send({"place": "newest"})
    page.sign_in()
    page.wait_for_rows(200)
    assert "newest" in page.rows()[0]
    assert "98 older ones" in page.browser.text("#end")


def test_filters_show_what_was_asked_for(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    box.report(**{"gate-3": {}, "road": {}})
    box.send({"severity": "low"}, {"camera_id": "road"}, {"camera_id": "road", "kind": "loitering"})
    page.sign_in()
    page.wait_for_rows(3)
    browser.wait_for("document.querySelectorAll('.tile').length === 2")
    browser.click(".tile[data-camera=road]")
    page.wait_for_rows(2)
    assert browser.text("#count") == "2 of 3"
    choose = "(e => {{ e.value = '{}'; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
    browser.run(choose.format("loitering") + "(document.querySelector('#filter-kind'))")
    page.wait_for_rows(1)
    browser.click("#filters button")
    page.wait_for_rows(3)
    browser.run(choose.format("medium") + "(document.querySelector('#filter-severity'))")
    page.wait_for_rows(2)


def test_an_unreachable_coordinator_is_told_and_found_again(page: ConsolePage, box: Box) -> None:
    browser = page.browser
    page.sign_in()
    box.send({})
    page.wait_for_rows(1)
    port = int(page.coordinator.url.rpartition(":")[2])
    page.coordinator.kill()
    browser.wait_for("document.querySelector('#banner').checkVisibility()")
    assert "unreachable since" in browser.text("#banner-text")
    page.coordinator.start(port)
    box.send({"place": "afterwards"})
    browser.click("#retry")
    page.wait_for_rows(2)
    assert "afterwards" in page.rows()[0]
    assert not browser.run("document.querySelector('#banner').checkVisibility()")


def test_names_from_the_field_are_text_and_never_markup(page: ConsolePage, box: Box) -> None:
    name = "<img src=x onerror=alert(1)>"
    box.report(**{"gate-3": {"name": name, "state": "failed", "detail": "<b>broken</b>"}})
    box.send({})
    page.sign_in()
    page.wait_for_rows(1)
    page.browser.wait_for(f"document.querySelector('#cameras').innerText.includes('{name}')")
    assert name in page.rows()[0]
    assert page.browser.run("document.querySelectorAll('#cameras img, #cameras b').length") == 0
