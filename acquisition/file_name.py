"""The name of a file as text."""


def in_utf_8(name: str) -> str:
    r"""Return a name as text that can be stored and drawn.

    A name may hold bytes that are no UTF-8; they become visible text, such as \udce9.
    """
    return name.encode("utf-8", "backslashreplace").decode()
