"""An Adaptive Card on the page of the Playground, handled by the words that a person sees."""

from __future__ import annotations

import re

from playwright.async_api import Locator, expect

from tests.playground.launch import PATIENCE_SECONDS


class Card:
    """A card. Each use looks for it anew, so it stays usable while the bot replaces it with one of the same words."""

    def __init__(self, locator: Locator) -> None:
        self.locator = locator

    async def wait(self) -> Card:
        await self.locator.wait_for()
        return self

    async def text(self) -> str:
        """Everything that it shows."""
        return await self.locator.inner_text()

    async def fill(self, label: str, text: str) -> None:
        """Type into a text, date or time field. A date is taken at Enter, which leaves the calendar open."""
        field = await self._field(label)
        await field.fill(text)
        if await field.get_attribute("aria-haspopup") == "dialog":
            await field.press("Enter")
            await self.locator.page.keyboard.press("Escape")

    async def value(self, label: str) -> str:
        """What a field holds now."""
        return await (await self._field(label)).input_value()

    async def choose(self, label: str, option: str) -> None:
        """Pick from a compact list, or from the radio buttons or check boxes below a label."""
        field = await self._field(label)
        if await field.get_attribute("role") == "combobox":
            await field.click()
            await self.locator.page.get_by_role("option", name=option, exact=True).click()
        elif await field.get_attribute("role") == "radiogroup":
            await field.get_by_role("radio", name=option, exact=True).check()
        else:
            await self._box(label, option).check()

    async def tick(self, label: str, title: str) -> None:
        """Tick a toggle by its label and its title."""
        await self._box(label, title).check()

    async def press(self, button: str) -> None:
        """Press a button. From the seventh on they are in a menu, as they are in Teams."""
        wanted = self._button(button)
        overflow = self._button("More options")
        await wanted.or_(overflow).first.wait_for()
        if await wanted.count():
            await wanted.click()
        else:
            await overflow.click()
            await self.locator.page.get_by_role("menuitem", name=button, exact=True).click()

    async def wait_for(self, text: str) -> None:
        """Until these words are on the card: an error below a field, a new status."""
        await expect(self.locator).to_contain_text(text, timeout=PATIENCE_SECONDS * 1000)

    async def _field(self, label: str) -> Locator:
        """The field of a label. Not by its accessible name: that takes in the error below it, once there is one."""
        caption = self.locator.locator("label").filter(has_text=re.compile(rf"^{re.escape(label)}( \*)?$")).first
        field_id = await caption.get_attribute("for")
        return self.locator.locator(f'[id="{field_id}"]')

    def _box(self, label: str, title: str) -> Locator:
        """A check box. It is called by the label, perhaps the error below it, and its own title together."""
        return self.locator.get_by_role("checkbox", name=re.compile(rf"^{re.escape(label)}(?!\w).*{re.escape(title)}"))

    def _button(self, name: str) -> Locator:
        return self.locator.get_by_role("button", name=name, exact=True)
