"""The view for a terminal: phases, counts and alerts, redrawn eight times per second."""

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from local.view.board import LABELS, Board, Phase

_WIDTH = 100
_BAR = 36


class LiveView:
    """Shows `board` while its `with` block runs and leaves the last picture."""

    def __init__(self, board: Board, console: Console) -> None:
        self._board = board
        self._width = min(_WIDTH, console.width)
        self._spinner = Spinner("dots", style="cyan")
        self._live = Live(
            get_renderable=self._picture,
            console=console,
            refresh_per_second=8,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> "LiveView":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def _picture(self) -> RenderableType:
        parts: list[RenderableType] = [self._phases()]
        if self._board.to_send:
            parts += [Text(), self._counts()]
        if self._board.lines:
            parts += [Text(), Text("\n".join(self._board.lines), style="dim", overflow="ellipsis", no_wrap=True)]
        title = f"[bold]{self._board.title}"
        return Panel(Group(*parts), title=title, title_align="left", width=self._width, border_style="cyan")

    def _phases(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2)
        table.add_column(width=28)
        table.add_column(width=9, justify="right")
        table.add_column()
        for name, label in LABELS.items():
            phase = self._board.phases.get(name)
            if phase is None:
                table.add_row("·", Text(label, style="dim"), "", "")
            else:
                table.add_row(self._mark(phase), label, f"{phase.elapsed:.1f} s", _detail(phase))
        return table

    def _mark(self, phase: Phase) -> RenderableType:
        if phase.seconds is None:
            return self._spinner
        return Text("✗", style="bold red") if phase.failed else Text("✓", style="bold green")

    def _counts(self) -> Table:
        board = self._board
        table = Table.grid(padding=(0, 1))
        table.add_column(width=15)
        table.add_column(width=8, justify="right")
        table.add_column(width=_BAR)
        table.add_column()
        table.add_row("sent", f"{board.sent:,}", _bar(board.sent, board.to_send), f"{board.rate:,.0f}/s")
        for name, count in board.stores.items():
            table.add_row(name, f"{count:,}", _bar(count, board.to_send), _share(count, board.sent))
        table.add_row("alerts", Text(f"{board.alerts}", style="bold yellow" if board.alerts else ""), "", "")
        return table


def _detail(phase: Phase) -> RenderableType:
    if not phase.total or phase.seconds is not None:
        return Text(f"{phase.total} {phase.unit}" if phase.total else "", style="dim")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=_BAR)
    table.add_column()
    table.add_row(_bar(phase.done, phase.total), f"{phase.done}/{phase.total}")
    return table


def _bar(done: int, total: int) -> ProgressBar:
    return ProgressBar(total=max(total, 1), completed=done, width=_BAR)


def _share(count: int, sent: int) -> str:
    return f"{count / sent:.0%} of what was sent" if sent else ""
