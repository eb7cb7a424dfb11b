"""How an interval is shown."""

__all__ = ["span"]


def span(low: float | None, high: float | None) -> str:
    """An interval as it is shown; a dash where there is none."""
    from nashscope.report.table import number

    return "–" if low is None or high is None else f"{number(low)} … {number(high)}"
