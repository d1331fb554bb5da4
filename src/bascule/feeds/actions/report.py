"""What a load says of itself: to programs as JSON, to people as lines."""

from dataclasses import dataclass, field
from typing import Any

from bascule.feeds.reading import Reason, verdict_json


@dataclass
class Report:
    """What a load found and did: the verdict, its reasons, and the counts of each file."""

    verdict: str
    outcome: str
    reasons: list[Reason] = field(default_factory=list)
    files: dict[str, dict[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what `bascule load --format json` prints."""
        return {**verdict_json(self, self.files), "outcome": self.outcome}  # type: ignore[arg-type]

    def as_text(self) -> str:
        """Return what a person reads on the console: outcome, counts by file, first reasons."""
        lines = [f"{self.verdict}: {self.outcome}"]
        for name, counts in self.files.items():
            told = ", ".join(f"{key} {number:,}" for key, number in counts.items())
            lines.append(f"  {name}: {told}")
        for reason in self.reasons[:20]:
            place = f"{reason.file}:{reason.line}" if reason.line else reason.file
            lines.append(f"  {place} [{reason.code}] {reason.message}")
        if len(self.reasons) > 20:
            lines.append(f"  and {len(self.reasons) - 20} more")
        return "\n".join(lines)
