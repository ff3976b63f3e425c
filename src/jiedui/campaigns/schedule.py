"""The days a playbook's windows mean: declared in the playbook, computed by the seasons engine."""

from datetime import date

from jiedui.campaigns.playbook import Playbook, calendar
from jiedui.engines import seasons


def rule(window: calendar.Window) -> seasons.Rule:
    """The engine's rule of a declared window."""
    name = window.name.zh
    match window:
        case calendar.FestivalWindow():
            return seasons.Festival(
                festival=window.festival, before=window.before, after=window.after, name=name
            )
        case calendar.FarmWindow():
            return seasons.Farm(
                season=window.season,
                region=window.region,
                before=window.before,
                after=window.after,
                name=name,
            )
        case calendar.YearlyWindow():
            starts, ends = window.starts, window.ends
            return seasons.Yearly(
                starts=(starts.month, starts.day), ends=(ends.month, ends.day), name=name
            )
        case calendar.OnceWindow():
            return seasons.Once(starts=window.starts, ends=window.ends, name=name)
        case calendar.MonthlyWindow():
            return seasons.Monthly(
                day=window.day,
                weekday=window.weekday,
                nth=window.nth,
                slack=window.slack,
                name=name,
            )
    if isinstance(window, calendar.MonthsWindow):
        return seasons.Months(months=window.months, name=name)
    return seasons.Quarterly(name=name)


def windows(playbook: Playbook, key: str, since: date, until: date) -> list[seasons.Window]:
    """Every stretch of days the window means between two days, both included."""
    return seasons.windows(rule(playbook.window(key)), since, until)


def spans(
    playbook: Playbook, task: calendar.Task, since: date, until: date
) -> list[seasons.Window]:
    """When a task is to be done: its windows, else its phase, else up to its own due day."""
    if task.window:
        return windows(playbook, task.window, since, until)
    if task.phase:
        phase = next(one for one in playbook.phases if one.key == task.phase)
        return [seasons.Window(phase.starts, phase.ends, phase.name.zh)]
    due = task.due or playbook.campaign.ends
    return [seasons.Window(min(playbook.campaign.starts, due), due, task.name.zh)]
