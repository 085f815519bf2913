"""A report as one page: everything is in the file, it asks nothing of the network, and prints on A4."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from radiobridge.history.figures import Report
from radiobridge.history.plots import Plot
from radiobridge.history.sections import Section, Unit, shown

_STYLE = """
@page { size: A4; margin: 16mm 14mm; }
body { font: 10pt/1.35 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
       color: #000; background: #fff; max-width: 182mm; margin: 8mm auto; }
h1 { font-size: 15pt; margin: 0; }
h2 { font-size: 11pt; margin: 6mm 0 1mm; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; }
thead { display: table-header-group; }
th, td { padding: 0.6mm 1.5mm; border-bottom: 0.2mm solid #999; text-align: left; vertical-align: bottom; }
th { border-bottom: 0.4mm solid #000; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
tr, figure { break-inside: avoid; }
figure { margin: 3mm 0; }
figcaption { font-weight: bold; }
img { width: 100%; }
p { margin: 1mm 0; }
@media print { body { margin: 0; max-width: none; } }
"""


def heading(station: str, report: Report) -> str:
    """What the report is about."""
    period = report.now.period
    return f"{station}: {period.kind} {period.name}"


def remarks(report: Report) -> list[str]:
    """What must be known to read the figures: which period is not over, or not all there."""
    period = report.now.period
    found = []
    if report.at < period.end:
        found.append(
            f"This {period.kind} is not over: figures until {period.local(report.at):%Y-%m-%d %H:%M}."
        )
    if report.begins is not None and report.begins > min(period.before().start, period.year_before().start):
        found.append(f"Nothing is known from before {period.local(report.begins):%Y-%m-%d %H:%M}.")
    return found


def page(
    station: str, report: Report, sections: Sequence[Section], plots: Sequence[Plot], remark: str
) -> str:
    """The page as HTML; `remark`: why there are no plots."""
    title = escape(heading(station, report))
    notes = [*remarks(report), *([f"Without plots: {remark}"] if remark else [])]
    parts = [
        f"<h1>{title}</h1>",
        *(f"<p>{escape(note)}</p>" for note in notes),
        *map(_table, sections),
        *map(_figure, plots),
        f"<p>Made on {report.now.period.local(report.at):%Y-%m-%d %H:%M}.</p>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _table(section: Section) -> str:
    title = f"<h2>{escape(section.title)}</h2>"
    rows = list(section.telling_rows()) if section.empty else section.rows
    if not rows:
        return f"{title}\n<p>{escape(section.empty)}</p>"
    units = [column.unit for column in section.columns]
    names = ["change" if column.unit is Unit.CHANGE else column.name for column in section.columns]
    head = "".join(_cell("th", name, unit) for name, unit in zip(names, units, strict=True))
    body = "\n".join(
        "<tr>"
        + "".join(_cell("td", shown(cell, unit), unit) for cell, unit in zip(row, units, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"{title}\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _cell(tag: str, text: str, unit: Unit) -> str:
    number = ' class="n"' if unit else ""
    return f"<{tag}{number}>{escape(text)}</{tag}>"


def _figure(plot: Plot) -> str:
    # As an image: whatever stands in an SVG is not run, and ids in two of them do not collide.
    image = base64.b64encode(plot.svg).decode()
    title = escape(plot.title)
    return (
        f'<figure><figcaption>{title}</figcaption><img alt="{title}" '
        f'src="data:image/svg+xml;base64,{image}"></figure>'
    )
