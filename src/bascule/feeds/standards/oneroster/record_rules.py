"""The rules that hold between records of a package (standards.md 1.4, last paragraph).

Each rule takes the records read before and one row, and yields its faults. A rule asks only
about records that are in the package: what a delta leaves out, be it a role or an enrollment,
cannot be judged. Rows that delete their record are not judged.
"""

from collections.abc import Callable, Iterator

from bascule.feeds.standards.csv_lines import Fault
from bascule.feeds.standards.oneroster.references import Records
from bascule.feeds.standards.oneroster.rows import CellFault, Cells, RowRules

Rule = Callable[[Records, RowRules, Cells], Iterator[CellFault]]


def record_faults(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """Judge one row against the records before it."""
    if rules.is_deleted(cells):
        return
    for rule in RULES.get(rules.file.name, ()):
        yield from rule(records, rules, cells)


def _school_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """The school of a class, an enrollment or a line item is an org of type school."""
    kind = records.fact("orgs", rules.value(cells, "schoolSourcedId"))
    if kind is not None and kind != "school" and not kind.startswith("ext:"):
        text = f"schoolSourcedId must be an org of type school; this one is of type {kind}."
        yield CellFault("schoolSourcedId", Fault("not-a-school", text))


def _school_year_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    kind = records.fact("academicSessions", rules.value(cells, "schoolYearSourcedId"))
    if kind is not None and kind != "schoolYear" and not kind.startswith("ext:"):
        text = f"schoolYearSourcedId must be a session of type schoolYear; this one is a {kind}."
        yield CellFault("schoolYearSourcedId", Fault("not-a-school-year", text))


def _role_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """One primary role for each user and org; a role's profile is of the same user."""
    user, org = rules.value(cells, "userSourcedId"), rules.value(cells, "orgSourcedId")
    if rules.value(cells, "roleType") == "primary":
        if (user, org) in records.primary_roles:
            text = f"The user “{user}” has two primary roles at “{org}”. Keep one primary."
            yield CellFault("roleType", Fault("two-primary-roles", text))
        records.primary_roles.add((user, org))
    owner = records.fact("userProfiles", rules.value(cells, "userProfileSourcedId"))
    if owner is not None and owner != user and owner in records.known.get("users", {}):
        text = f"The profile belongs to the user “{owner}”, the role to “{user}”."
        yield CellFault("userProfileSourcedId", Fault("profile-of-another-user", text))


def _membership_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """Note who is in which class, for the files that ask; yields nothing."""
    if {"results", "userResources"} & set(records.modes):
        user = rules.value(cells, "userSourcedId")
        records.memberships.add((rules.value(cells, "classSourcedId"), user))
        records.roles_held.setdefault(user, set()).add(rules.value(cells, "role"))
    yield from ()


def _grading_session_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    kind = records.fact("academicSessions", rules.value(cells, "academicSessionSourcedId"))
    if kind == "schoolYear":
        text = "A line item belongs to a term, semester or grading period, not to a school year."
        yield CellFault("academicSessionSourcedId", Fault("not-a-term", text))


def _result_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """A result lies in its line item's range and class, and its student is in that class."""
    item, score = rules.value(cells, "lineItemSourcedId"), rules.value(cells, "score")
    low, high = records.fact("lineItems", item, 1), records.fact("lineItems", item, 2)
    if score and low and float(score) < float(low):
        yield CellFault("score", Fault("score-out-of-range", f"The score is below {low}."))
    if score and high and float(score) > float(high):
        yield CellFault("score", Fault("score-out-of-range", f"The score is above {high}."))
    own, expected = rules.value(cells, "classSourcedId"), records.fact("lineItems", item)
    if own and expected and own != expected:
        text = f"The line item belongs to the class “{expected}”."
        yield CellFault("classSourcedId", Fault("another-class", text))
    student = rules.value(cells, "studentSourcedId")
    if rules.mode == "bulk":
        yield from _member(records, own or expected or "", student, "studentSourcedId")


def _member(records: Records, class_id: str, user: str, column: str) -> Iterator[CellFault]:
    """A person named with a class is enrolled in it, where enrollments are in the package."""
    here = class_id in records.known.get("classes", {}) and user in records.known.get("users", {})
    if "enrollments" in records.modes and here and (class_id, user) not in records.memberships:
        text = f"“{user}” is not enrolled in the class “{class_id}”."
        yield CellFault(column, Fault("not-enrolled", text))


def _user_resource_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    user, class_id = rules.value(cells, "userSourcedId"), rules.value(cells, "classSourcedId")
    org, school = rules.value(cells, "orgSourcedId"), records.fact("classes", class_id)
    if org and school and org != school:
        text = f"The class belongs to the school “{school}”."
        yield CellFault("orgSourcedId", Fault("another-school", text))
    if rules.mode == "delta":
        return  # the enrollment or the role may have come earlier
    if class_id:
        yield from _member(records, class_id, user, "userSourcedId")
    wanted = records.fact("resources", rules.value(cells, "resourceSourcedId"))
    held = records.roles_held.get(user, set())
    if wanted and held and not held & set(wanted.split(",")):
        text = f"The resource is for {wanted}, and the user is {', '.join(sorted(held))}."
        yield CellFault("resourceSourcedId", Fault("resource-of-another-role", text))


_ADMINISTRATORS = {
    "districtAdministrator",
    "principal",
    "siteAdministrator",
    "systemAdministrator",
}


def _held_role_rule(records: Records, rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """Note the roles a person holds, for user resources; yields nothing."""
    if "userResources" in records.modes:
        role = rules.value(cells, "role")
        held = records.roles_held.setdefault(rules.value(cells, "userSourcedId"), set())
        held.add("administrator" if role in _ADMINISTRATORS else role)
    yield from ()


RULES: dict[str, tuple[Rule, ...]] = {
    "courses": (_school_year_rule,),
    "classes": (_school_rule,),
    "roles": (_role_rule, _held_role_rule),
    "enrollments": (_school_rule, _membership_rule),
    "lineItems": (_school_rule, _grading_session_rule),
    "results": (_result_rule,),
    "userResources": (_user_resource_rule,),
}
