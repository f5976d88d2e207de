"""Numbers of bytes as people read them."""


def amount(size: int) -> str:
    """Such as `812 B`, `4.3 kB` or `51 kB`: powers of 1000, two digits at least."""
    left = float(size)
    for unit in ("B", "kB", "MB"):
        if left < 1000:
            return f"{left:.0f} {unit}" if left >= 10 or unit == "B" else f"{left:.1f} {unit}"
        left /= 1000
    return f"{left:.0f} GB" if left >= 10 else f"{left:.1f} GB"
