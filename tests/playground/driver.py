"""A person in front of the Playground: reads, types and presses in a real Chromium.

    async with open_client("http://127.0.0.1:56150") as client:
        await client.go("Safeguarding alerts")
        await client.mention_and_post("use this channel for safeguarding alerts")
        await client.go("Personal Chat")
        await client.say("report")
        step_1 = client.card("Step 1")
        await step_1.choose("Is anyone in immediate danger?", "No")
        await step_1.press("Next")
        await client.screenshot("report-step-2", "phone", of=client.card("Step 2"))

What the client does that Teams does not, found by trying (0.2.28):
- a card that answered is replaced in place: look for it by the words of the new one, `card("Step 2")`;
- an error or a message as answer to a button shows below the card and empties its fields;
- a line break typed with Shift+Enter is lost on the way to the bot, one that is pasted arrives: `say` pastes;
- a text and a card in one activity become two messages, and the bot is told no id;
- a page can be written on before it knows its rooms: what is sent then goes to nobody, so `open_client` waits;
- after a reload the rooms are empty, and the bot is told that it was installed once more;
- the first visit to a channel or a group chat tells the bot that it was installed there; `go` waits until it knows;
- a channel shows its newest post on top, a chat its newest message at the bottom: `card` and `message` know;
- HTML in a text of a card is dropped, only its words stay;
- what another person posts is not shown, and neither is an answer in a thread that the page did not see begin.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

from playwright.async_api import FloatRect, Locator, Page, Request, Route, ViewportSize, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.playground.cards_in_page import Card
from tests.playground.launch import PATIENCE_SECONDS, ROOT, rooms

Width = Literal["desktop", "phone"]
MENTION_TRIES, MENTION_PATIENCE = 4, 6_000
"""How often "@" is typed, and for how many milliseconds its menu is waited for."""

SIZES = {"desktop": (1500, 1000), "phone": (390, 844)}
ROOM_AROUND_A_CARD = 260
SCREENSHOTS = ROOT / "build" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_INSTALLED = re.compile(r"/installation$")  # Asked for once the page knows its rooms, and at each first visit.
_ELSEWHERE = re.compile(r"^(https?|wss?)://(?!(localhost|127\.0\.0\.1)[:/])")

# A phone's width is a style and not a small window: a window that crosses the client's own break point builds the page
# anew, which empties the fields of every card, opens the log panel and puts the rooms into a drawer over the chat; and
# the chat refuses to be narrower than 600 pixels, each card to be other than 450. The style lays the chat over the rest
# in 390 pixels, and its real renderer a card in 310 of them (250 in a channel), a little less than Teams on a phone.
_PHONE_STYLE = """() => {
  const rules = [
    '.fai-OutputCard { padding: 4px !important }',
    'div:has(> .ac-preview-panel) { width: auto !important; max-width: 310px !important }',
  ];
  const chat = '{ position: fixed; inset: 0 auto 0 0; width: 390px; height: 100vh !important; min-width: 0 !important; '
    + 'z-index: 10; background: #fff }';
  for (const sheet of document.styleSheets) for (const { style, selectorText } of sheet.cssRules) {
    if (!style || !selectorText) continue;
    if (style.minWidth === '600px') rules.push(`${selectorText} ${chat}`);
    if (style.minWidth === '400px') rules.push(`${selectorText} { min-width: 0 !important }`);
    if (style.marginRight === '100px') rules.push(`${selectorText} { margin-right: 8px !important }`);
    if (style.paddingLeft === '50px') rules.push(`${selectorText} { padding-left: 8px !important }`);
    if (style.paddingRight === '50px') rules.push(`${selectorText} { padding-right: 8px !important }`);
  }
  const own = document.createElement('style');
  own.id = 'phone';
  own.textContent = rules.join(' ');
  document.head.append(own);
}"""
_SCROLL_TO_THE_NEWEST = """newestFirst => {
  for (const part of document.querySelectorAll('div:not([contenteditable], [role=region] *)'))
    if (part.scrollHeight > part.clientHeight && getComputedStyle(part).overflowY === 'auto')
      part.scrollTop = newestFirst ? 0 : part.scrollHeight;
}"""
_NO_PHONE_STYLE = "() => document.getElementById('phone')?.remove()"


def find_browser() -> str | None:
    """The path of a Chromium, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@asynccontextmanager
async def open_client(base: str) -> AsyncIterator[Client]:
    """A fresh browser at the Playground, with its log panel closed and the rest of the world shut out."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        context = await browser.new_context(viewport=_window(), locale="en-GB", timezone_id="Europe/London")
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        await context.route(_ELSEWHERE, _refuse)
        client = Client(await context.new_page())
        async with client.page.expect_response(_INSTALLED):
            await client.page.goto(base)
        await client.page.get_by_role("button", name="Hide log panel").click()
        await client.page.get_by_role("button", name="Send Message").wait_for()
        try:
            yield client
        finally:
            await browser.close()


class Client:
    """The open page, and what a person does on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._in_channel, self._room = False, "Personal Chat"
        self._visited = {self._room}

    async def go(self, room: str) -> None:
        """Open "Personal Chat", a group chat or a channel, by its name."""
        self._room = room
        click = self.page.get_by_role("treeitem", name=room).click
        if room in self._visited:
            await click()
        else:
            async with self.page.expect_response(_INSTALLED):
                await click()
        self._visited.add(room)
        self._in_channel = room in {"General", *(channel["name"] for channel in rooms()["team"]["channels"])}
        await self._composer.wait_for()

    async def say(self, text: str) -> None:
        """Send a message in the open chat."""
        await self._composer.click()
        await self.page.keyboard.insert_text(text)
        await self.page.get_by_role("button", name="Send Message", exact=True).first.click()

    async def mention_and_post(self, text: str) -> None:
        """Start a post in the open channel that mentions the bot; in a group chat, send such a message."""
        await self._choose_bot()
        await self.page.keyboard.insert_text(f" {text}")
        await self.page.get_by_role("button", name=re.compile("^(Post|Send Message)$")).first.click()

    async def _choose_bot(self) -> None:
        """Type "@" and choose the bot. On a busy machine a room may open without its menu, so it is opened again."""
        menu = self.page.get_by_role("menuitem", name=rooms()["bot"]["name"]).first
        for _ in range(MENTION_TRIES):
            await self._composer.click()
            await self.page.keyboard.type("@")
            with suppress(PlaywrightTimeout):
                return await menu.click(timeout=MENTION_PATIENCE)
            await self.page.keyboard.press("Backspace")
            room = self._room
            await self.go("Personal Chat")
            await self.go(room)
        raise AssertionError(f"no menu to mention the bot in {self._room}, tried {MENTION_TRIES} times")

    async def message_action(self, text: str, command: str) -> Locator:
        """Run an action of the app on the newest message with these words; the dialog that it opens."""
        message = self.page.get_by_text(text).last.locator(
            "xpath=ancestor::*[.//button[@aria-label='Show more information']][1]"
        )
        await message.hover()
        await message.get_by_role("button", name="Show more information").last.click(force=True)
        await self.page.get_by_role("menuitem", name="Action Command").click()
        dialog = self.page.get_by_role("dialog")
        await dialog.locator("input").first.fill(command)
        await dialog.get_by_role("button", name="Create").click()
        return dialog

    def card(self, text: str) -> Card:
        """The newest card in the open room that holds these words; it is looked for anew at each use."""
        return Card(self._newest(self.page.locator(".ac-adaptiveCard").filter(has_text=text)))

    def message(self, text: str) -> Locator:
        """The newest place in the open room with these words; the list of rooms, which quotes messages, left out."""
        return self._newest(self.page.get_by_text(text).locator("xpath=self::*[not(ancestor::*[@role='treeitem'])]"))

    async def wait_text(self, text: str) -> None:
        await self.message(text).wait_for()

    async def screenshot(self, name: str, width: Width = "desktop", of: Card | None = None) -> Path:
        """A picture of the page at this width, in build/screenshots; with `of`, tall enough to show that card whole.

        What is typed into a card stays there: see above.
        """
        wide, high = SIZES[width]
        if width == "phone":
            await self.page.evaluate(_PHONE_STYLE)
        if of and (box := await of.locator.bounding_box()):
            high = max(high, round(box["height"]) + ROOM_AROUND_A_CARD)
        await self.page.set_viewport_size(_window(high))
        if of:
            await of.locator.scroll_into_view_if_needed()
        else:
            await self.page.evaluate(_SCROLL_TO_THE_NEWEST, self._in_channel)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}-{width}.png"
        clip: FloatRect = {"x": 0, "y": 0, "width": wide, "height": high}
        await self.page.screenshot(path=path, animations="disabled", clip=clip)
        await self.page.evaluate(_NO_PHONE_STYLE)
        await self.page.set_viewport_size(_window())
        return path

    def _newest(self, found: Locator) -> Locator:
        """A chat grows downwards; a channel shows the newest post first."""
        return found.first if self._in_channel else found.last

    @property
    def _composer(self) -> Locator:
        """Where a message is typed: in a channel the first one starts a post, the others answer a thread."""
        return self.page.locator('div[contenteditable="true"]').first


def _window(high: int = SIZES["desktop"][1]) -> ViewportSize:
    return {"width": SIZES["desktop"][0], "height": high}


async def _refuse(route: Route, request: Request) -> None:
    await route.abort()
