"""The 21 data files of OneRoster CSV 1.2.1: columns in order, kinds, vocabularies, references.

Source: 1EdTech OneRoster CSV Binding 1.2.1 as in standards.md 1.2-1.4. The words below read:
`name` + `*` (value required) + `:kind` + `>file` (the reference's target) or `=vocabulary`.
Every file begins with `sourcedId`, `status`, `dateLastModified`, which `package` checks.
"""

from dataclasses import dataclass

COMMON = ("sourcedId", "status", "dateLastModified")


@dataclass(frozen=True)
class Vocabulary:
    """The words of a column; an extensible one also takes `ext:` and a name."""

    words: frozenset[str]
    extensible: bool


@dataclass(frozen=True)
class FileColumn:
    """One column of a data file; `refers_to` is the file its identifiers live in."""

    name: str
    kind: str
    required: bool
    refers_to: str | None = None
    vocabulary: Vocabulary | None = None


@dataclass(frozen=True)
class DataFile:
    """One data file, named as in the manifest (`users` for users.csv)."""

    name: str
    columns: tuple[FileColumn, ...]

    @property
    def file_name(self) -> str:
        """Return the exact name of the file in a package."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """Return the header in the order that 1.2.1 prescribes."""
        return COMMON + tuple(column.name for column in self.columns)


def _words(text: str, *, extensible: bool) -> Vocabulary:
    return Vocabulary(frozenset(text.split()), extensible)


VOCABULARIES = {
    "session": _words("gradingPeriod semester schoolYear term", extensible=True),
    "org": _words("department school district local state national", extensible=True),
    "class": _words("homeroom scheduled", extensible=True),
    "roleType": _words("primary secondary", extensible=False),
    "role": _words(
        "aide counselor districtAdministrator guardian parent principal proctor relative"
        " siteAdministrator student systemAdministrator teacher",
        extensible=True,
    ),
    "enrollmentRole": _words("administrator proctor student teacher", extensible=True),
    "sex": _words("male female unspecified other", extensible=True),
    "importance": _words("primary secondary", extensible=False),
    "resourceRole": _words(
        "administrator aide guardian parent proctor relative student teacher", extensible=True
    ),
    "objectiveSource": _words("case unknown", extensible=True),
    "scoreStatus": Vocabulary(
        frozenset({"exempt", "fully graded", "not submitted", "partially graded", "submitted"}),
        extensible=True,
    ),
    "legacyRole": _words(
        "administrator aide guardian parent proctor relative student teacher", extensible=True
    ),
}


def _column(word: str) -> FileColumn:
    """Read one word such as `termSourcedIds*:guids>academicSessions`."""
    name, _, rest = word.partition(":")
    kind, _, target = rest.partition(">")
    kind, _, vocabulary = kind.partition("=")
    words = VOCABULARIES[vocabulary] if vocabulary else None
    return FileColumn(name.rstrip("*"), kind or "text", name.endswith("*"), target or None, words)


def _file(name: str, words: str) -> DataFile:
    return DataFile(name, tuple(_column(word) for word in words.split()))


_RACES = (
    "americanIndianOrAlaskaNative:boolean asian:boolean blackOrAfricanAmerican:boolean"
    " nativeHawaiianOrOtherPacificIslander:boolean white:boolean"
    " demographicRaceTwoOrMoreRaces:boolean hispanicOrLatinoEthnicity:boolean"
)

DATA_FILES = {
    file.name: file
    for file in (
        _file("orgs", "name* type*:word=org identifier parentSourcedId:guid>orgs"),
        _file(
            "academicSessions",
            "title* type*:word=session startDate*:date endDate*:date"
            " parentSourcedId:guid>academicSessions schoolYear*:year",
        ),
        _file(
            "courses",
            "schoolYearSourcedId:guid>academicSessions title* courseCode grades:list"
            " orgSourcedId*:guid>orgs subjects:list subjectCodes:list",
        ),
        _file(
            "classes",
            "title* grades:list courseSourcedId*:guid>courses classCode classType*:word=class"
            " location schoolSourcedId*:guid>orgs termSourcedIds*:guids>academicSessions"
            " subjects:list subjectCodes:list periods:list",
        ),
        _file(
            "users",
            "enabledUser*:boolean username* userIds:pairs givenName* familyName* middleName"
            " identifier email sms phone agentSourcedIds:guids>users grades:list password"
            " userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName"
            " primaryOrgSourcedId:guid>orgs pronouns",
        ),
        _file(
            "userProfiles",
            "userSourcedId*:guid>users profileType* vendorId* applicationId description"
            " credentialType* username* password",
        ),
        _file(
            "roles",
            "userSourcedId*:guid>users roleType*:word=roleType role*:word=role beginDate:date"
            " endDate:date orgSourcedId*:guid>orgs userProfileSourcedId:guid>userProfiles",
        ),
        _file(
            "enrollments",
            "classSourcedId*:guid>classes schoolSourcedId*:guid>orgs userSourcedId*:guid>users"
            " role*:word=enrollmentRole primary:boolean beginDate:date endDate:date",
        ),
        _file(
            "demographics",
            f"birthDate:date sex:word=sex {_RACES} countryOfBirthCode stateOfBirthAbbreviation"
            " cityOfBirth publicSchoolResidenceStatus",
        ),
        _file("categories", "title* weight:integer"),
        _file(
            "lineItems",
            "title* description assignDate*:date dueDate*:date classSourcedId*:guid>classes"
            " categorySourcedId*:guid>categories academicSessionSourcedId*:guid>academicSessions"
            " resultValueMin:float resultValueMax:float schoolSourcedId*:guid>orgs",
        ),
        _file(
            "results",
            "lineItemSourcedId*:guid>lineItems studentSourcedId*:guid>users"
            " scoreStatus*:word=scoreStatus score:float scoreDate*:date comment textScore"
            " classSourcedId:guid>classes inProgress:boolean incomplete:boolean late:boolean"
            " missing:boolean",
        ),
        _file(
            "scoreScales",
            "title* type* orgSourcedId*:guid>orgs courseSourcedId*:guid>courses"
            " classSourcedId*:guid>classes scoreScaleValue*:pairs",
        ),
        _file(
            "lineItemLearningObjectiveIds",
            "lineItemSourcedId*:guid>lineItems source*:word=objectiveSource learningObjectiveId*",
        ),
        _file(
            "lineItemScoreScales",
            "title lineItemSourcedId*:guid>lineItems scoreScaleSourcedId*:guid>scoreScales",
        ),
        _file(
            "resultLearningObjectiveIds",
            "resultSourcedId*:guid>results source*:word=objectiveSource learningObjectiveId*"
            " score:float textScore",
        ),
        _file(
            "resultScoreScales",
            "title resultSourcedId*:guid>results scoreScaleSourcedId*:guid>scoreScales",
        ),
        _file(
            "resources",
            "vendorResourceId* title roles:words=resourceRole importance:word=importance"
            " vendorId applicationId",
        ),
        _file(
            "classResources",
            "title classSourcedId*:guid>classes resourceSourcedId*:guid>resources",
        ),
        _file(
            "courseResources",
            "title courseSourcedId*:guid>courses resourceSourcedId*:guid>resources",
        ),
        _file(
            "userResources",
            "userSourcedId*:guid>users orgSourcedId:guid>orgs classSourcedId:guid>classes"
            " resourceSourcedId*:guid>resources",
        ),
    )
}
"""All data files, each after the files that its references point into."""

MINIMUM_SET = ("academicSessions", "orgs", "courses", "classes", "users", "roles", "enrollments")
"""What a bulk rostering package must hold (standards.md 1.3); gradebook and resources add to it."""

ROSTERING = frozenset((*MINIMUM_SET, "demographics", "userProfiles"))

LEGACY_USER_COLUMNS = (
    _column("orgSourcedIds*:guids>orgs"),
    _column("role*:word=legacyRole"),
)
"""The two columns of 1.1's users.csv that 1.2 moved into roles.csv (standards.md 1.4)."""

LEGACY_FILES = frozenset(
    {
        "academicSessions",
        "categories",
        "classes",
        "classResources",
        "courses",
        "courseResources",
        "demographics",
        "enrollments",
        "lineItems",
        "orgs",
        "resources",
        "results",
        "users",
    }
)
"""The 13 data files that a 1.1 manifest lists."""
