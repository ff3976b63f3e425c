"""Work that a page hands over to the worker: small work is done at once, other work has a page."""

from playwright.sync_api import Page, expect

JOB_MS = 90_000  # a job waits for its turn and for the machine


def do(page: Page, button: str, *, most_ms: int = JOB_MS) -> None:
    """Press, say yes where the page asks, and go through the job, if there is one, to its result.

    A press alone does not wait for the answer: the address would still be that of the form.
    """
    ask = page.locator("#ask")
    with page.expect_navigation(timeout=most_ms):
        page.locator(button).first.click()
        if ask.is_visible():
            ask.locator("button[value=yes]").click()
    if "/jobs/" in page.url:
        to_the_result(page, most_ms=most_ms)


def to_the_result(page: Page, *, most_ms: int = JOB_MS) -> None:
    """From the page of a job, which says by itself when it is done."""
    done = page.locator("#job a.btn-primary")
    expect(done).to_be_visible(timeout=most_ms)
    with page.expect_navigation():
        done.click()
