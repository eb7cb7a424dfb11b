"""A plotting call for each figure; every one returns the altair chart, for papers as well.

All take rows as `table.flat` makes them. Colours are those of Okabe and Ito 2008, which people
with colour-blindness can tell apart; a dash pattern goes with each.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nashscope.errors import MissingExtra, install

if TYPE_CHECKING:
    import altair

__all__ = ["COLOURS", "DASHES", "curve", "dots", "matrix", "side_by_side"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A7A")
"""Of the series of a figure, in their order."""
DASHES = ((1, 0), (6, 3), (2, 2), (8, 2, 2, 2), (4, 4), (1, 3), (10, 3))
"""Dash patterns that go with the colours; (1, 0) is solid."""

Row = Mapping[str, Any]


def curve(
    rows: Sequence[Row],
    *,
    x: str,
    x_title: str,
    y_title: str,
    series: str,
    order: Sequence[str],
    y_range: tuple[float, float] | None = (0, 1),
    mark: float | None = None,
) -> "altair.LayerChart":
    """One line per series with its interval as a band: `value`, `low` and `high` against `x`.

    order: the series, in the order of their colours. mark: an x at which a rule is drawn.
    """
    alt = _altair()
    data = alt.Data(values=[_clean(row, (x, series, "value", "low", "high", "n")) for row in rows])
    places = [row[x] for row in rows]
    colour = alt.Color(
        f"{series}:N",
        title=None,
        scale=alt.Scale(domain=list(order), range=_cycle(COLOURS, len(order))),
        legend=alt.Legend(
            orient="bottom", symbolType="stroke", symbolOpacity=1, columns=2, labelLimit=320
        ),
    )
    dash = alt.StrokeDash(
        f"{series}:N",
        title=None,
        scale=alt.Scale(domain=list(order), range=[list(d) for d in _cycle(DASHES, len(order))]),
    )
    across = alt.X(
        f"{x}:Q",
        title=x_title,
        scale=alt.Scale(nice=False, domain=[min(places), max(places)]),
        axis=alt.Axis(tickMinStep=1),
    )
    span = alt.Scale(domain=list(y_range)) if y_range else alt.Scale(zero=False)
    base = alt.Chart(data).encode(x=across, color=colour)
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title=y_title, scale=span), y2="high:Q"
    )
    tooltip = [
        alt.Tooltip(f"{series}:N"),
        alt.Tooltip(f"{x}:Q", title=x_title),
        alt.Tooltip("value:Q", title=y_title, format=".3f"),
        alt.Tooltip("low:Q", format=".3f"),
        alt.Tooltip("high:Q", format=".3f"),
        alt.Tooltip("n:Q"),
    ]
    line = base.mark_line(point=alt.OverlayMarkDef(size=18), strokeWidth=2).encode(
        y=alt.Y("value:Q", title=y_title, scale=span), strokeDash=dash, tooltip=tooltip
    )
    layers = [band, line]
    if mark is not None:
        rule = alt.Chart(alt.Data(values=[{"at": mark}])).mark_rule(strokeDash=[3, 3], opacity=0.6)
        layers.append(rule.encode(x=alt.X("at:Q", title=x_title)))
    chart: altair.LayerChart = alt.layer(*layers).properties(width="container", height=220)
    return chart


def dots(
    rows: Sequence[Row],
    *,
    y: str,
    x_title: str,
    series: str,
    order: Sequence[str],
    x_range: tuple[float, float] | None = (0, 1),
    mark: float | None = None,
) -> "altair.LayerChart":
    """A dot with its interval for every `y` and series: `value`, `low` and `high` along x.

    order: the series, in the order of their colours. mark: an x at which a rule is drawn.
    """
    alt = _altair()
    data = alt.Data(values=[_clean(row, (y, series, "value", "low", "high", "n")) for row in rows])
    span = alt.Scale(domain=list(x_range)) if x_range else alt.Scale(zero=False)
    base = alt.Chart(data).encode(
        y=alt.Y(f"{y}:N", title=None, sort=list(dict.fromkeys(str(row[y]) for row in rows))),
        yOffset=alt.YOffset(f"{series}:N", sort=list(order)),
        color=alt.Color(
            f"{series}:N",
            title=None,
            scale=alt.Scale(domain=list(order), range=_cycle(COLOURS, len(order))),
            legend=alt.Legend(orient="bottom", columns=2, labelLimit=320),
        ),
        tooltip=[
            alt.Tooltip(f"{series}:N"),
            alt.Tooltip(f"{y}:N"),
            alt.Tooltip("value:Q", title=x_title, format=".3f"),
            alt.Tooltip("low:Q", format=".3f"),
            alt.Tooltip("high:Q", format=".3f"),
            alt.Tooltip("n:Q"),
        ],
    )
    across = {"title": x_title, "scale": span}
    layers = [
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", **across), x2="high:Q"),
        base.mark_point(filled=True, size=55, opacity=1).encode(x=alt.X("value:Q", **across)),
    ]
    if mark is not None:
        rule = alt.Chart(alt.Data(values=[{"at": mark}])).mark_rule(strokeDash=[3, 3], opacity=0.6)
        layers.append(rule.encode(x=alt.X("at:Q", title=x_title)))
    chart: altair.LayerChart = alt.layer(*layers).properties(
        width="container", height=alt.Step(max(14, 34 // max(len(order), 1)))
    )
    return chart


def matrix(
    rows: Sequence[Row],
    *,
    x: str,
    y: str,
    x_title: str,
    y_title: str,
    value_title: str,
    order: Sequence[str] | None = None,
    span: tuple[float, float] = (0, 1),
    numbers: bool = True,
) -> "altair.LayerChart":
    """A cell per pair of `x` and `y`, coloured by `value`, with the number in it.

    A span from below to above zero is shown in two hues that meet where nothing changes.
    """
    alt, signed = _altair(), span[0] < 0 < span[1]
    data = alt.Data(values=[_clean(row, (x, y, "value", "low", "high", "n")) for row in rows])
    kind = "N" if order is not None else "O"
    sort = list(order) if order is not None else "ascending"
    angle = -30 if max((len(str(row[x])) for row in rows), default=0) > 8 else 0
    base = alt.Chart(data).encode(
        x=alt.X(f"{x}:{kind}", title=x_title, sort=sort, axis=alt.Axis(labelAngle=angle)),
        y=alt.Y(f"{y}:{kind}", title=y_title, sort=sort if order else "descending"),
    )
    squares = base.mark_rect().encode(
        color=alt.Color(
            "value:Q",
            title=value_title,
            scale=alt.Scale(domain=list(span), scheme="blueorange" if signed else "viridis"),
            legend=alt.Legend(orient="bottom"),
        ),
        tooltip=[
            alt.Tooltip(f"{x}:N", title=x_title),
            alt.Tooltip(f"{y}:N", title=y_title),
            alt.Tooltip("value:Q", title=value_title, format=".3f"),
            alt.Tooltip("n:Q"),
        ],
    )
    middle, half = (span[0] + span[1]) / 2, (span[1] - span[0]) / 2
    dark = f"abs(datum.value - {middle}) > {0.8 * half}" if signed else f"datum.value < {middle}"
    measured = base.transform_filter("isValid(datum.value)")
    texts = measured.mark_text(fontSize=11).encode(
        text=alt.Text("value:Q", format=".2f"),
        color=alt.condition(dark, alt.value("white"), alt.value("black")),
    )
    layers = [squares, texts] if numbers else [squares]
    deep = len({row[y] for row in rows})
    chart: altair.LayerChart = alt.layer(*layers).properties(
        width="container", height=max(40, deep * (24 if deep <= 16 else 18))
    )
    return chart


def side_by_side(panels: Sequence[tuple[str, Any]], columns: int) -> Any:
    """Charts under their titles, in rows of this many, each 260 points wide."""
    alt = _altair()
    sized = [
        chart.properties(title=title, width=260) if title else chart.properties(width=420)
        for title, chart in panels
    ]
    return sized[0] if len(sized) == 1 else alt.concat(*sized, columns=columns)


def _altair() -> Any:
    """altair, or how to get it."""
    try:
        import altair
    except ModuleNotFoundError:
        raise MissingExtra(f"figures need altair; {install('report')}") from None
    return altair


def _clean(row: Row, keys: Sequence[str]) -> dict[str, Any]:
    """The columns that a figure shows; the page should not carry the others."""
    return {key: _short(row.get(key)) for key in keys}


def _short(value: Any) -> Any:
    """A float to six digits: more than a screen shows, a third of the bytes."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _cycle(items: Sequence[Any], count: int) -> list[Any]:
    """The first `count` items, starting again where they end."""
    return [items[i % len(items)] for i in range(count)]
