"""Who sat at which desk: the script's `transition_specialist:2` becomes a person of that day."""

from datetime import date

from bascule.access.acting import actor_of
from bascule.access.models import User
from bascule.directory.cover import away_between
from bascule.directory.models import Organization, Position
from bascule.directory.on_duty import OnDuty, duty_roster
from bascule.directory.queries import on
from bascule.kernel.actor import Actor

IN_SCHOOL = ("counselor", "school_clerk")


class DutyDesk:
    """Finds positions and who is on duty for them; remembers a day until an absence changes it."""

    def __init__(self) -> None:
        self.specialists = list(
            Position.objects.filter(role="transition_specialist").order_by("title")
        )
        self.accounts = {user.person_id: user for user in User.objects.select_related("person")}
        self.schools = dict(
            Organization.objects.filter(kind=Organization.Kind.SCHOOL, source="sis").values_list(
                "source_key", "id"
            )
        )
        self.forget()

    def forget(self) -> None:
        """Ask the directory anew from here on: somebody left or came back."""
        self._rosters: dict[date, dict[int, OnDuty]] = {}
        self._actors: dict[tuple[int, date], Actor] = {}

    def position(self, words: str, school: str) -> Position:
        """Return the position that `role:number` means, at `school` for who works in one."""
        role, _, number = words.partition(":")
        if role == "transition_specialist":
            return self.specialists[int(number)]
        found = Position.objects.filter(role=role).order_by("id")
        if role in IN_SCHOOL:
            found = found.filter(organization_id=self.schools[school])
        return found[0]

    def on_duty(self, position: Position, day: date) -> Actor:
        """Return who answers for `position` on `day`: the holder, or whoever covers."""
        if day not in self._rosters:
            self._rosters[day] = duty_roster(day)
        person = self._rosters[day][position.pk].person_id
        if person is None:
            raise LookupError(f"nobody is on duty for {position} on {day}")
        return self.person(person, day)

    def holder(self, position: Position, day: date) -> Actor:
        """Return the holder of `position`, present or not."""
        assignment = position.assignments.filter(on(day)).get()
        return self.person(assignment.person_id, day)

    def person(self, person_id: int, day: date) -> Actor:
        """Return one person as the actor of `day`."""
        if (person_id, day) not in self._actors:
            self._actors[person_id, day] = actor_of(self.accounts[person_id], day)
        return self._actors[person_id, day]

    def stand_in(self, position: Position, day: date, last: date | None) -> Actor | None:
        """Return the next specialist in turn who is there on all the days and may be named."""
        place = self.specialists.index(position)
        away = set(away_between(day, last).values_list("person_id", flat=True))
        for step in range(1, len(self.specialists)):
            other = self.holder(self.specialists[(place + step) % len(self.specialists)], day)
            if other.person_id not in away:
                return other
        return None
