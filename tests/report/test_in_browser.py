"""The page in Chromium: marks, what hovering and focusing do, filters, pages; nothing loaded, nothing injected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.report.batch_page import batch_report, write_page
from extractor.report.page import Report, render
from tests.report.browser import opened
from tests.report.made_rows import hostile_rows, some_rows, write_rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MOST_MILLISECONDS = 2000
# Every value with a span, beside the text under its marks: of the rows on this page, or on all pages.
MARKED = """() => [...document.querySelectorAll('article.row')].flatMap((article) => {
    const marks = [...article.querySelectorAll('mark')];
    return [...article.querySelectorAll('button.value')].map((button) => {
        const its = marks.filter((mark) => mark.dataset.values.split(' ').includes(button.dataset.value));
        const under = its.map((mark) => mark.textContent).join('');
        return [article.dataset.row, button.querySelector('.leaf').textContent, under];
    });
})"""
ALL_MARKED = f"""() => {{
    const marked = {MARKED};
    const found = marked();
    const following = () => document.querySelector('#pages-above [data-page=next]:enabled');
    while (following()) {{ following().click(); found.push(...marked()); }}
    return found;
}}"""
# Milliseconds from asking for the page until it was loaded and drawn.
OPENING = """() => new Promise((resolve) => {
    const answer = () => {
        const [drawn] = performance.getEntriesByName('first-contentful-paint');
        const [loaded] = performance.getEntriesByType('navigation');
        if (drawn && loaded.loadEventEnd) resolve(Math.max(drawn.startTime, loaded.loadEventEnd));
        else setTimeout(answer, 20);
    };
    answer();
})"""


def texts(page: Page) -> list[str]:
    return page.locator("article.row h3").all_inner_texts()


def test_five_thousand_rows_open_quickly_and_every_span_is_its_value(browser: Browser, tmp_path: Path) -> None:
    rows = some_rows(5000)
    path = tmp_path / "report.html"
    write_page(batch_report(write_rows(tmp_path / "out.jsonl", rows)), path)
    with opened(browser, path) as found:
        assert found.page.locator("article.row").count() == 25
        milliseconds = found.page.evaluate(OPENING)
        marked = found.page.evaluate(ALL_MARKED)
    wanted = sum(len(row.get("spans", {})) for row in rows)
    assert wanted > 5000 and len(marked) == wanted
    assert [one for one in marked if one[1] != one[2]] == []
    names = {
        number: [one["name"] for one in row.get("record", {}).get("people", [])] for number, row in enumerate(rows)
    }
    assert all(value in names[int(row)] for row, value, _ in marked)
    assert milliseconds < MOST_MILLISECONDS
    assert found.complaints == []


def test_nothing_is_loaded_and_nothing_is_said_on_the_console(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as found:
        for view in ("#fields", "#errors", "#rows"):
            found.page.locator(f'nav.views a[href="{view}"]').click()
        assert found.requests == [page_path.as_uri()]
        assert found.complaints == []
        refused = found.page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'loaded', (error) => String(error))")
        assert "Failed to fetch" in refused or "Content Security Policy" in refused
    assert any("Content Security Policy" in complaint for complaint in found.complaints)


def test_texts_stay_texts(browser: Browser, tmp_path: Path) -> None:
    rows = hostile_rows()
    path = tmp_path / "report.html"
    write_page(batch_report(write_rows(tmp_path / "out.jsonl", rows)), path)
    with opened(browser, path) as found:
        page = found.page
        assert page.title() == "out.jsonl"
        shown = page.evaluate("[...document.querySelectorAll('.text')].map((one) => one.textContent)")
        same = "(wanted) => wanted.every((w, i) => document.querySelectorAll('.text')[i].textContent === JSON.parse(w))"
        assert len(shown) == len(rows) and page.evaluate(same, [json.dumps(row["text"]) for row in rows])
        assert {value == under for _, value, under in page.evaluate(MARKED)} == {True}
        assert len(page.evaluate(MARKED)) == len(rows) // 2
        for view in ("#fields", "#errors"):
            page.locator(f'nav.views a[href="{view}"]').click()
        assert page.evaluate("document.querySelectorAll('main script, main img, main b, main iframe').length") == 0
        assert page.title() == "out.jsonl"
        with pytest.raises(Exception, match="TrustedHTML"):
            page.evaluate("document.body.innerHTML = '<b>x</b>'")
    assert [one for one in found.complaints if "TrustedHTML" not in one] == []


def test_hovering_and_focusing_link_a_value_and_its_span(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as found:
        page = found.page
        article = page.locator("article.row").filter(has=page.locator("button.value")).first
        button = article.locator("button.value").first
        number = button.get_attribute("data-value")
        mark = article.locator(f'mark[data-values~="{number}"]').first
        line = article.locator(f'tr[data-value="{number}"]')
        linked = "(one) => one.classList.contains('linked')"
        assert not mark.evaluate(linked)
        button.focus()
        assert mark.evaluate(linked) and line.evaluate(linked)
        page.locator("#query").focus()
        assert not mark.evaluate(linked)
        mark.hover()
        assert mark.evaluate(linked) and line.evaluate(linked)
        page.locator("h1").hover()
        assert not mark.evaluate(linked)
        mark.click()
        assert button.evaluate("(one) => one === document.activeElement")


def test_filters_by_field_status_confidence_and_words(browser: Browser, page_path: Path) -> None:
    rows = some_rows(120)
    with opened(browser, page_path) as found:
        page = found.page
        told = page.locator("#found")
        assert told.get_attribute("aria-live") == "polite"
        page.get_by_label("truncated").check()
        assert texts(page) == [row["id"] for row in rows if row.get("status") == "truncated"]
        assert "of 120 rows" in told.inner_text()
        page.get_by_role("button", name="Clear filters").click()
        assert len(texts(page)) == 25
        page.locator("#field").select_option(label="kind")
        page.locator("#holds").select_option(label="billing")
        page.locator("#sure-to").fill("0.6")
        page.locator("#sure-to").dispatch_event("change")
        wanted = [
            row["id"] for row in rows
            if "record" in row and row["record"]["kind"] == "billing" and row["confidence"]["kind"] <= 0.6
        ]  # fmt: skip
        assert wanted and texts(page) == wanted[:25]
        page.get_by_role("button", name="Clear filters").click()
        page.locator("#query").fill("DAY 117.")
        page.locator("article.row").nth(1).wait_for(state="detached")
        assert texts(page) == ["r117"]


def test_values_errors_and_confidence_lead_to_their_rows(browser: Browser, page_path: Path) -> None:
    rows = some_rows(120)
    with opened(browser, page_path, part="#fields") as found:
        page = found.page
        kind = page.locator("article.field").filter(has_text="kind")
        times = sum(row.get("record", {}).get("kind") == "technical" for row in rows)
        line = kind.locator("ul.bars li").filter(has_text="technical")
        assert line.locator(".times").inner_text() == str(times)
        line.get_by_role("button").click()
        assert page.locator("#found").inner_text().startswith(f"{times} of 120 rows")
        assert page.evaluate("document.activeElement.tagName") == "H3"
        page.locator('nav.views a[href="#errors"]').click()
        failed = [row["id"] for row in rows if "error" in row]
        assert page.locator("article.error h3 .count").inner_text() == f"{len(failed)} rows"
        page.get_by_role("button", name="Show these rows").click()
        assert texts(page) == failed
        page.locator('nav.views a[href="#fields"]').click()
        page.locator(".all-sure .histogram button:enabled").first.click()
        assert "of 120 rows" in page.locator("#found").inner_text()


def test_pages_and_order(browser: Browser, page_path: Path) -> None:
    rows = some_rows(120)
    with opened(browser, page_path) as found:
        page = found.page
        page.locator("#pages-below [data-page=last]").click()
        assert texts(page) == [row["id"] for row in rows[100:]]
        assert page.locator("#pages-above [data-page=next]").is_disabled()
        page.locator("#order").select_option("sure")
        sure = {row["id"]: min(row["confidence"].values()) for row in rows if "record" in row}
        assert texts(page) == sorted(sure, key=lambda name: sure[name])[:25]


def test_it_can_be_read_by_keyboard_and_screen_reader(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as found:
        page = found.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        stops = []
        for _ in range(12):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href')"))
        assert stops[:6] == ["theme", "#rows", "#fields", "#errors", "query", "status-complete"]
        for view in ("#rows", "#fields", "#errors"):
            page.locator(f'nav.views a[href="{view}"]').click()
            page.locator(f'nav.views a[href="{view}"][aria-current=page]').wait_for()  # a hash changes a moment later
            assert page.locator("nav.views [aria-current=page]").count() == 1
            assert page.evaluate(NAMELESS) == []
            assert page.evaluate(SAME_IDS) == []
            assert page.get_by_role("banner").count() == page.get_by_role("main").count() == 1
        page.locator('nav.views a[href="#rows"]').click()
        page.get_by_role("search").wait_for()
        assert page.get_by_role("search").count() == 1 and page.get_by_role("article").count() == 25
        assert page.locator("html").get_attribute("lang") == "en"


# Controls that a screen reader would find without a name, and ids that stand for two elements.
NAMELESS = """() => [...document.querySelectorAll('button, input, select, a, table, [role=region], nav, article')]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.textContent.trim() || one.labels?.length || one.getAttribute('aria-label')
        || one.getAttribute('aria-labelledby') || one.caption))
    .map((one) => one.outerHTML)"""
SAME_IDS = """() => {
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, page_path: Path, width: int) -> None:
    with opened(browser, page_path) as found:
        found.page.set_viewport_size({"width": width, "height": 800})
        for view in ("#rows", "#fields", "#errors"):
            found.page.locator(f'nav.views a[href="{view}"]').click()
            assert found.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_without_rows_is_still_a_page(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text(render(Report("nothing", ())), encoding="utf-8")
    with opened(browser, path) as found:
        assert found.page.locator("#found").inner_text().startswith("No row")
        assert found.complaints == []
