"""A browser page that is being watched: whatever goes wrong on it fails the test."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

WIDTH_TOO_MUCH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Watch:
    """What the pages of one context complained about, and what they asked other hosts for."""

    address: str
    expected: set[int] = field(default_factory=set)  # states a test provokes on purpose
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("page", self._page)
        context.on("request", self._request)
        context.on("response", self._response)

    def _page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 is reported by the browser as well; _response says it better.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(f"{message.location['url']}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        own = f"{parts.scheme}://{parts.netloc}" == self.address
        if parts.scheme in {"http", "https", "ws", "wss"} and not own:
            self.complaints.append(f"asks another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def taken(self) -> list[str]:
        found, self.complaints = self.complaints, []
        return found


def too_wide(page: Page) -> int:
    """By how many pixels the page can be pushed sideways."""
    return int(page.evaluate(WIDTH_TOO_MUCH))
