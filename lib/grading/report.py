"""The instructor's report of one assignment: one HTML page that needs no script and no network."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from lib.grading.drawings import histogram, shares
from lib.grading.findings import Findings
from lib.grading.words import STATES, counts, points

SLOWEST = 10

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ found.assignment }}: report</title>
<style>
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto;
       padding: 0 1rem; }
h2 { font-size: 1.25rem; border-top: 1px solid var(--line); padding-top: 1rem;
     margin-top: 2rem; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: left;
         vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } svg { max-width: 100%; height: auto; }
small { opacity: .8; }
</style></head><body>
<h1>{{ found.assignment }}</h1>
<p>{{ found.learners | length }} submissions: {{ counted }}.
Version {{ found.version[:12] }}, written {{ now }}.</p>
<p>Points include what people have marked in Formgrader so far, and late penalties.
Failed submissions and those that need hands do not count in the statistics of the checks.</p>

<h2>Distribution</h2>
<p>Of {{ found.most | points }} points. Mean {{ mean | points }}, median {{ median | points }}.</p>
{{ distribution }}

<h2>To look at</h2>
{% if attention %}<div class="wide"><table><thead><tr><th>learner</th><th>state</th><th>why</th>
</tr></thead><tbody>
{% for row in attention %}<tr><td>{{ row.learner }}</td><td>{{ words[row.state] }}</td><td>
{%- if row.reason %}{{ row.reason }}{% endif %}
{% for flag in row.flags %}<div>{{ flag.text }} <small>({{ flag.code }}
{%- if flag.cell %}, {{ flag.cell }}{% endif %})</small></div>{% endfor %}</td></tr>
{% endfor %}</tbody></table></div>{% else %}<p>Nothing.</p>{% endif %}
{% if waiting %}<p>{{ waiting }} answers wait for a person in Formgrader.</p>{% endif %}

<h2>Checks</h2>
<p>Difficulty is the mean share of the points, so 1 is easiest. Discrimination is the correlation
of the points here with the points everywhere else: near 0 or below, the check says little about
the rest of the work, or is broken.</p>
<h3>Difficulty</h3>{{ difficulty }}
<h3>Discrimination</h3>{{ discrimination }}
<div class="wide"><table><thead><tr><th>check</th><th class="n">points</th><th class="n">mean</th>
<th class="n">all</th><th class="n">none</th><th>most frequent message</th></tr></thead><tbody>
{% for item in found.items %}<tr><td>{{ item.check.title }} <small>{{ item.part }}</small></td>
<td class="n">{{ item.check.points | points }}</td><td class="n">{{ item.mean | points }}</td>
<td class="n">{{ item.full }}</td><td class="n">{{ item.none }}</td>
<td>{% if item.said[1] %}{{ item.said[1] }} × {{ item.said[0] }}{% endif %}</td></tr>
{% endfor %}</tbody></table></div>

<h2>Shared code</h2>
<p>Pairs whose own code has long normalized runs in common that are neither in the release nor
frequent in the class (winnowing). Short tasks have few right answers and people learn together:
this says where to look, and nothing about why.</p>
{% if found.pairs %}<table><thead><tr><th>learners</th><th class="n">shared runs</th>
<th class="n">of the shorter</th></tr></thead><tbody>
{% for pair in found.pairs[:30] %}<tr><td>{{ pair.first }}, {{ pair.second }}</td>
<td class="n">{{ pair.shared }}</td><td class="n">{{ "%.0f" | format(100 * pair.share) }} %</td>
</tr>{% endfor %}</tbody></table>{% else %}<p>None.</p>{% endif %}

<h2>Slowest</h2>
<table><thead><tr><th>learner</th><th class="n">seconds</th><th class="n">CPU seconds</th></tr>
</thead><tbody>{% for row in slowest %}<tr><td>{{ row.learner }}</td>
<td class="n">{{ row.wall_s | points }}</td><td class="n">{{ row.cpu_s | points }}</td></tr>
{% endfor %}</tbody></table>

<h2>Marks</h2>
<p>An asterisk: a person's mark is still to come.</p>
<div class="wide"><table><thead><tr><th>learner</th><th class="n">total</th>
{% for item in found.items %}<th class="n">{{ item.check.cell }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in found.learners %}<tr><td>{{ row.learner }}</td>
<td class="n">{{ row.total | points }}</td>
{% for item in found.items %}<td class="n">{{ row.points.get(item.check.cell, 0) | points }}
{{- "*" if item.check.cell in row.waiting }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
</body></html>
"""


def page(found: Findings) -> str:
    """The report's HTML.

    Parameters
    ----------
    found
        From `lib.grading.findings.gather`.
    """
    totals = sorted(row["total"] for row in found.learners)
    titles = [item.check.title for item in found.items]
    return _TEMPLATE.render(
        found=found,
        words=STATES,
        counted=counts(found.states),
        now=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        mean=sum(totals) / len(totals) if totals else 0.0,
        median=_median(totals),
        distribution=Markup(histogram(totals, found.most)),
        difficulty=Markup(
            shares(_labeled(titles, [item.difficulty for item in found.items]), "Difficulty")
        ),
        discrimination=Markup(
            shares(
                _labeled(titles, [item.discrimination for item in found.items]),
                "Discrimination",
                low=-1.0,
            )
        ),
        attention=[row for row in found.learners if row["state"] != "graded"],
        waiting=sum(len(row["waiting"]) for row in found.learners),
        slowest=sorted(found.learners, key=lambda row: -row["wall_s"])[:SLOWEST],
    )


def _labeled(titles: list[str], values: list[Any]) -> list[tuple[str, float | None]]:
    return list(zip(titles, values, strict=True))


def _median(ordered: list[float]) -> float:
    if not ordered:
        return 0.0
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


_ENVIRONMENT = Environment(autoescape=True)
_ENVIRONMENT.filters["points"] = points
_TEMPLATE = _ENVIRONMENT.from_string(PAGE)
