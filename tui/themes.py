"""The colours: dark, light and high contrast, each with one accent."""

from textual.app import App
from textual.theme import Theme

DARK = Theme(
    name="motiscope-dark",
    primary="#4fb3bf",
    secondary="#7d8b96",
    accent="#4fb3bf",
    warning="#e3b341",
    error="#ff7b72",
    success="#8bc48a",
    foreground="#d5dbe0",
    background="#12161a",
    surface="#191e23",
    panel="#222930",
    dark=True,
    variables={"footer-key-foreground": "#4fb3bf", "input-selection-background": "#4fb3bf 35%"},
)

LIGHT = Theme(
    name="motiscope-light",
    primary="#00687a",
    secondary="#5a6670",
    accent="#00687a",
    warning="#8a5a00",
    error="#b3261e",
    success="#2e6b34",
    foreground="#1f262b",
    background="#fbfaf7",
    surface="#f2f1ec",
    panel="#e6e4dd",
    dark=False,
    variables={"footer-key-foreground": "#00687a", "input-selection-background": "#00687a 25%"},
)

HIGH_CONTRAST = Theme(
    name="motiscope-high-contrast",
    primary="#ffd60a",
    secondary="#ffffff",
    accent="#ffd60a",
    warning="#ffd60a",
    error="#ff9d96",
    success="#9dff9d",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
    text_alpha=1.0,
    variables={"footer-key-foreground": "#ffd60a", "input-selection-background": "#ffd60a 40%"},
)

THEMES = (DARK, LIGHT, HIGH_CONTRAST)
FEW_COLOURS = "ansi-dark"


def next_theme(name: str) -> str:
    """Return the theme that follows, the first after the last or after a foreign one."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]


def has_few_colours(app: App[None]) -> bool:
    """Whether the terminal has too few greys for a picture (16 colours or none)."""
    return app.console.color_system in (None, "standard", "windows") and not app.is_headless
