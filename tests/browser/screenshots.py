"""Screenshots of the page's main states for docs/: the demo's home behind the real service.

`python -m tests.browser.screenshots [HOME [FOLDER]]`; without a home the demo's is made, anew where
it is older than the code that makes it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from experiments import example
from experiments.studies.page_speed.chromium import chromium
from experiments.studies.page_speed.demo_home import demo_home
from experiments.studies.service_load.running import service
from features.catalogs import catalog
from tests.browser.steps import compare

ROOT = Path(__file__).parents[2]
DEMO = ROOT / ".rosterlift" / "studies" / "page_speed" / "demo"
WIDE, PHONE = {"width": 1360, "height": 1000}, {"width": 390, "height": 844}
WRONG_ROWS = """creator_id,platform,format,posts,fee
{first},instagram,short_video,2,900
{second},instagram,short_video,none,900
@somebody.new,tiktok,short_video,1,450
"""


def main(home: Path, folder: Path) -> None:
    """Write every screenshot."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / "spring-launch.json"
    known = catalog.load(home)
    plan.write_text(json.dumps(example.ask(known, example.brands_by_size(known)[-1])))
    try:
        with service(home) as server, chromium() as browser:
            _wide(browser, server.address, plan, folder)
            _other_screens(browser, server.address, plan, folder)
    finally:
        plan.unlink()


def _opened(
    browser: Browser, url: str, plan: Path, size: dict[str, int], scheme: str = "light"
) -> Page:
    """The page with the three example rosters."""
    page = browser.new_page(
        viewport=size,  # type: ignore[arg-type]  # a mapping of the right keys
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="en-GB",
    )
    page.goto(url)
    expect(page.locator("#baseline svg")).to_be_visible()
    page.locator("#open-file").set_input_files(plan)
    page.get_by_label("Plan", exact=True).fill("Spring launch")
    page.get_by_label("Margin on a sale, %").fill("40")
    expect(page.locator("#rosters > section")).to_have_count(3)
    expect(page.locator("#rosters")).not_to_contain_text("no followers known")
    expect(page.locator("#baseline svg")).to_be_visible()
    page.locator("#kept").evaluate("place => { place.textContent = ''; }")
    return page


def _wide(browser: Browser, url: str, plan: Path, folder: Path) -> None:
    page = _opened(browser, url, plan, WIDE)
    with page.expect_response("**/v1/creators?*category=skincare*"):
        page.get_by_label("Niche", exact=True).first.select_option("skincare")
    expect(page.locator(".found li").first).to_contain_text("skincare ·")
    _shoot(page, folder / "1-campaign.png")
    page.locator("#scenarios-1-roster-0 summary").click()
    _shoot_from(page, "#plan", folder / "2-rosters.png")
    _sheet(page, folder)
    compare(page, 3)
    _shoot_from(page, "#answer", folder / "4-comparison.png")
    _shoot_from(page, "text=A closer look", folder / "5-closer-look.png")
    page.get_by_role("button", name="Find the best roster").click()
    expect(page.locator("#best-found svg.plane")).to_be_visible(timeout=60_000)
    _shoot_from(page, "#best", folder / "6-best-roster.png")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 800, "height": 1130})
    _shoot_from(page, "#printed", folder / "9-paper.png")
    page.close()


def _sheet(page: Page, folder: Path) -> None:
    first, second = page.locator(".found strong").all_text_contents()[:2]
    page.get_by_role("button", name="Add a CSV").click()
    page.get_by_role("textbox", name="Bookings").fill(
        WRONG_ROWS.format(
            first=first.removesuffix("virtual"), second=second.removesuffix("virtual")
        )
    )
    page.get_by_role("button", name="Read").click()
    expect(page.locator("#sheet-found li").first).to_be_visible()
    _shoot(page, folder / "3-csv.png")
    page.get_by_role("textbox", name="Bookings").fill("")
    page.get_by_role("button", name="Close", exact=True).click()


def _other_screens(browser: Browser, url: str, plan: Path, folder: Path) -> None:
    page = _opened(browser, url, plan, WIDE, "dark")
    compare(page, 3)
    _shoot_from(page, "#answer", folder / "7-dark.png")
    page.close()
    page = _opened(browser, url, plan, PHONE)
    compare(page, 3)
    _shoot_from(page, "#answer", folder / "8-phone.png")
    page.close()


def _shoot_from(page: Page, part: str, file: Path) -> None:
    """The window with a part of the page at its top."""
    page.locator(part).first.evaluate("place => place.scrollIntoView()")
    _shoot(page, file)


def _shoot(page: Page, file: Path) -> None:
    """What the window shows."""
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=file)


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[1:]]
    main(
        given[0] if given else demo_home(DEMO),
        given[1] if given[1:] else ROOT / "docs" / "screenshots",
    )
