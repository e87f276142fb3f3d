"""An attacker who has every published table of a run, knows the rule, and solves linear programs.

The unknowns are people: how many of each role in each strand said each code or theme. Every
printed number is an equation and every mark a bound. Who says a code says its theme, and nobody
says more than there are people: these are inequalities. A suppressed number is recovered where
the least and the greatest value that agree with all of it are the same whole number. More is asked
than that: between the two there has to be room for the smallest cell, or the least has to reach it;
and so for whatever the numbers hidden in one row make up together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from toolkit.analysis.disclosure import Mark
from toolkit.analysis.tables import recruitment, themes


@dataclass
class Attack:
    """Linear knowledge about whole numbers."""

    minimum: int
    names: dict = field(default_factory=dict)
    equal: list = field(default_factory=list)
    most: list = field(default_factory=list)
    hidden: dict = field(default_factory=dict)
    wholes: dict = field(default_factory=dict)

    def of(self, *name):
        return self.names.setdefault(name, len(self.names))

    def learn(self, label, cells, shown):
        """Take in what is printed for a sum of unknowns."""
        if not isinstance(shown, Mark):
            self.equal.append((cells, float(shown)))
            return
        self.hidden[label] = cells
        if shown.startswith("<"):
            self.most.append((cells, self.minimum - 1.0, 1.0))

    def at_most(self, small, large):
        self.most.append((small, large, 1.0))

    def bounds(self, labels=None):
        """Label to the least and the greatest value that agree with all that is printed."""
        known, found = self.matrices(), {}
        for label, cells in (self.hidden if labels is None else labels).items():
            target = np.zeros(len(self.names))
            np.add.at(target, cells, 1)
            ends = [linprog(sign * target, **known, method="highs") for sign in (1, -1)]
            assert all(end.success for end in ends), "what is printed contradicts itself"
            found[label] = math.ceil(ends[0].fun - 1e-7), math.floor(-ends[1].fun + 1e-7)
        return found

    def recovered(self):
        """Labels of hidden numbers that have one possible value, and the value."""
        return {label: least for label, (least, most) in self.bounds().items() if least == most}

    def too_narrow(self):
        """Hidden numbers, and sums of those of one row, that are known to be few people.

        A row whose whole is below the smallest cell says by itself that each part is.
        """
        groups = {}
        for label, cells in self.hidden.items():
            groups.setdefault(row_of(label), []).extend(cells)
        sums = {("together", *label): cells for label, cells in groups.items()}
        found = {}
        for label, (least, most) in self.bounds({**self.hidden, **sums}).items():
            row = label[1:] if label[0] == "together" else row_of(label)
            small = self.wholes.get(row, self.minimum) < self.minimum
            if not small and least < self.minimum and most - least < self.minimum:
                found[label] = least, most
        return found

    def matrices(self):
        size = len(self.names)
        equal = [self.row(cells, size) for cells, _ in self.equal]
        most, limits = [], []
        for small, large, _ in self.most:
            row = self.row(small, size)
            if isinstance(large, float):
                limits.append(large)
            else:
                row = row - self.row(large, size)
                limits.append(0.0)
            most.append(row)
        return {
            "A_eq": csr_array(np.array(equal)),
            "b_eq": [value for _, value in self.equal],
            "A_ub": csr_array(np.array(most)) if most else None,
            "b_ub": limits or None,
            "bounds": (0, None),
        }

    @staticmethod
    def row(cells, size):
        row = np.zeros(size)
        for cell in cells:
            row[cell] += 1
        return row


def row_of(label):
    """Which row (of roles: which column) of a table a number is printed in."""
    return (label[0], label[2]) if label[0] == "people" and len(label) > 2 else label[:2]


def attack(study):
    """Set up the attack on everything that a run prints about roles."""
    known = Attack(study.minimum)
    roles = recruitment.roles(study).data
    strands = list(roles.columns[1:-1])
    names = [str(name) for name in roles.iloc[:-1, 0]]
    for row in roles.itertuples(index=False):
        name, *cells = row
        mine = names if name == "All" else [name]
        for strand, shown in zip([*strands, None], cells, strict=True):
            place = [strand] if strand else strands
            known.learn(("people", name, strand), people(known, mine, place), shown)
            if name == "All":
                known.wholes["people", strand] = shown
    for level in ("theme", "code"):
        said = themes.who_said_it(study, level)
        learn_who_said_it(known, said.data, names, strands, level)
    learn_by_strand(known, study, names, strands)
    learn_what_must_be(known, study, names, strands)
    return known


def people(known, roles, strands):
    return [known.of("people", role, strand) for role in roles for strand in strands]


def learn_who_said_it(known, data, names, strands, level):
    for row in data.itertuples(index=False):
        label, *cells = row
        for role, shown in zip([*data.columns[1:-1], None], cells, strict=True):
            mine = [role] if role else names
            unknown = [known.of(level, label, each, strand) for each in mine for strand in strands]
            known.learn((level, label, role), unknown, shown)
        known.wholes[level, label] = cells[-1]


def learn_by_strand(known, study, names, strands):
    """Counts by strand are printed in full."""
    titles = {each.strand: each.title for each in study.protocol.strands}
    for level in ("theme", "code"):
        counts, labels = themes.people_by_strand(study, level), themes.labels(study, level)
        for (key, label), (strand, title) in product(labels.items(), titles.items()):
            if title in strands:
                cells = [known.of(level, label, role, title) for role in names]
                known.learn((level, label, title), cells, int(counts.loc[key, strand]))


def learn_what_must_be(known, study, names, strands):
    """Nobody is counted twice, and a code is of one theme."""
    for theme, role, strand in product(study.codebook.themes, names, strands):
        whole = [known.of("theme", theme.label, role, strand)]
        parts = [known.of("code", code.label, role, strand) for code in theme.codes]
        known.at_most(whole, people(known, [role], [strand]))
        known.at_most(whole, parts)
        for part in parts:
            known.at_most([part], whole)


def learn_own(known, study, rows, columns, data):
    """Take in an analyst's own table: roles or themes by strands or roles, sums included."""
    titles = {each.strand: each.title for each in study.protocol.strands}
    labels = themes.labels(study, "theme")
    printed = recruitment.roles(study).data
    names = {str(each).casefold(): str(each) for each in printed.iloc[:-1, 0]}
    strands = list(printed.columns[1:-1])
    for row in data.itertuples(index=False):
        label, *cells = row
        for head, shown in zip(data.columns[1:], cells, strict=True):
            place = [titles[head]] if head in titles else strands
            if rows == "role":
                mine = [names[label.casefold()]] if label != "All" else list(names.values())
                unknown = people(known, mine, place)
            else:
                mine = [names[head.casefold()]] if columns == "role" else list(names.values())
                theme = labels[label]
                unknown = [known.of("theme", theme, role, each) for role in mine for each in place]
            known.learn(("own", rows, columns, label, head), unknown, shown)
