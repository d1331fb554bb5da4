"""Which texts people read, and their Spanish: collected from templates, code and declarations.

Run: .venv/bin/python -m tests.house.words (or `make words`): adds what is missing to
`locale/es/LC_MESSAGES/django.po`, still to be translated, drops what is gone, and compiles it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import django
import polib
from django.template import engines
from django.template.base import Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bascule"
SPANISH = SOURCE / "locale" / "es" / "LC_MESSAGES" / "django.po"
MARKS = {"_", "gettext", "gettext_lazy", "Sentence"}
PLURAL_MARKS = {"ngettext", "ngettext_lazy", "Counted"}
Message = tuple[str, str]  # one, and many; "" where it has no plural


def messages() -> set[Message]:
    """Return every text that is marked for translation or declared for display."""
    return {*_of_templates(), *_of_code(), *_of_declarations()}


def _of_templates() -> Iterator[Message]:
    for path in sorted((SOURCE / "web" / "templates").glob("*.html")):
        template = engines["django"].get_template(path.name).template  # type: ignore[attr-defined]
        for node in _nodes(template.nodelist):
            if isinstance(node, TranslateNode) and isinstance(node.filter_expression.var, str):
                yield node.filter_expression.var, ""
            elif isinstance(node, TranslateNode) and (
                literal := node.filter_expression.var.literal
            ):
                yield str(literal), ""
            elif isinstance(node, BlockTranslateNode):
                many = node.render_token_list(node.plural)[0] if node.plural else ""
                yield node.render_token_list(node.singular)[0], many


def _nodes(nodes: NodeList) -> Iterator[Node]:
    """Walk a template with its blocks, branches and partials."""
    for node in nodes:
        yield node
        for name in (*node.child_nodelists, "nodelist"):
            inner = getattr(node, name, None)
            if isinstance(inner, NodeList):
                yield from _nodes(inner)
        for _, inner in getattr(node, "conditions_nodelists", ()):
            yield from _nodes(inner)


def _of_code() -> Iterator[Message]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
                if node.func.id in MARKS and texts:
                    yield str(texts[0]), ""
                elif node.func.id in PLURAL_MARKS and texts:
                    yield str(texts[0]), str(texts[1])


def _of_declarations() -> Iterator[Message]:
    """What is declared as data (workflows, roles, codes, measures) is translated where shown."""
    from bascule.access.roles import ROLES
    from bascule.cases.registry import workflows
    from bascule.metrics.catalog import CATALOG
    from bascule.metrics.profiles import Base, CountDay, Counts, WindowEnd
    from bascule.mobility.eligibility import RULES
    from bascule.mobility.matchers import OPTIONS_PLACEMENT
    from bascule.mobility.rounds import CLOSED, PRIORITIES
    from bascule.mobility.tickets import ROOT_CAUSES
    from bascule.roster.codes import ENTRY_CODES, EXIT_CODES
    from bascule.roster.policies import SEE
    from bascule.web.templatetags.bascule import STORED_WORDS

    for told in (Base, CountDay, Counts, WindowEnd):
        yield from ((each.value, "") for each in told)
    yield from ((words, "") for words in STORED_WORDS)
    yield from ((cause.office, "") for cause in ROOT_CAUSES.values())
    yield from ((measure.question, "") for measure in CATALOG.values())
    for codes in (ENTRY_CODES, EXIT_CODES):
        yield from ((code.title, "") for code in codes.values())
    for priority in PRIORITIES:
        yield from ((priority.title, ""), (priority.source, ""))
    yield from ((title, "") for title, _ in CLOSED.values())
    for rule in RULES:
        yield from ((words, "") for words in (rule.title, rule.source, rule.lifted_by))
    for criterion in (*OPTIONS_PLACEMENT.filters, *OPTIONS_PLACEMENT.scored):
        yield criterion.title, ""
    for workflow in workflows():
        yield workflow.title, ""
        for step in workflow.steps:
            yield step.label, ""
            for ask in step.asks:
                yield ask.label, ""
                yield from ((label, "") for _, label in ask.choices)
        yield from ((state.label, "") for state in workflow.states)
    yield from _of_outreach()
    yield from ((role.title, "") for role in ROLES.values())
    yield from ((ground.title, "") for ground in SEE.grounds)


def _of_outreach() -> Iterator[Message]:
    """The steps of the funnel of outreach, and where its published figures come from."""
    from bascule.mobility.outreach_funnel import STEPS

    for step in STEPS:
        yield from ((words, "") for words in (step.title, step.of_title) if words)
        if step.published:
            yield step.published.where, ""


def kept() -> polib.POFile:
    """Return the Spanish texts as they stand."""
    return polib.pofile(str(SPANISH), wrapwidth=100)


def main() -> None:
    """Bring the file up to date and compile it."""
    catalog, wanted = kept(), messages()
    known = {(entry.msgid, entry.msgid_plural) for entry in catalog}
    for entry in list(catalog):
        if (entry.msgid, entry.msgid_plural) not in wanted:
            catalog.remove(entry)
    for one, many in sorted(wanted - known):
        plural = {"msgid_plural": many, "msgstr_plural": {0: "", 1: ""}} if many else {}
        catalog.append(polib.POEntry(msgid=one, **plural))
    catalog.sort(key=lambda entry: entry.msgid)
    catalog.save()
    catalog.save_as_mofile(str(SPANISH.with_suffix(".mo")))


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bascule.config.settings")
    django.setup()
    main()
