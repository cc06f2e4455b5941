"""What is wrong with a framework file: all of it at once, in sentences, each with its place."""

from collections.abc import Sequence

from integrations.errors import FileRefusedError

MOST_SHOWN = 20


class FrameworkRefusedError(FileRefusedError):
    """The file is refused whole. Its problems say where each is and what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = ["This file was not taken in, and nothing has changed. Put these right:"]
        lines += [f"  {problem}" for problem in self.problems[:MOST_SHOWN]]
        if len(self.problems) > MOST_SHOWN:
            lines.append(f"  and {len(self.problems) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))
