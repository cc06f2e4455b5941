"""`tracker worker` does what is due, for as long as it runs; `tracker jobs` shows and mends it."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option, settings_from
from tracker.db import session_for
from tracker.models import Job, JobState, MessageState, OutboxMessage
from tracker.services import job_queue, mail_queue
from tracker.services.job_times import NAMES
from tracker.services.mail_words import LONDON
from tracker.services.organisations import find_organisation


@main.command()
@click.option("--beside", is_flag=True, hidden=True, help="End when standard input does.")
@config_option
def worker(ini: Path, *, beside: bool) -> None:
    """Do what is due once a minute, until Ctrl-C. Run one or more beside the web workers."""
    from tracker.jobs.worker import build_worker, work_beside

    settings = settings_from(ini)
    if beside:
        work_beside(settings, sys.stdin)
        return
    if settings.mail is None:
        click.echo("Mail is off: set mail.host to send what waits.")
    click.echo("The worker looks for work once a minute. Stop it with Ctrl-C.")
    build_worker(settings, listens=True).run()


@main.group()
def jobs() -> None:
    """Show what the worker does, and try again what failed."""


@jobs.command("list")
@config_option
@organisation_option
def list_jobs(ini: Path, organisation_code: str | None) -> None:
    """Show jobs that wait, run or failed, and how the mail stands."""
    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        for job in job_queue.jobs(db, organisation.id, now=datetime.now(UTC)):
            name = NAMES.get(job.name, job.name)
            due = job.due_at.astimezone(LONDON)
            click.echo(f"{job.public_id}  {job.state.value:9} {due:%d %b %H:%M}  {name}")
            if job.message:
                click.echo(f"    {job.message}")
        counts = mail_queue.counts(db, organisation.id)
        click.echo(
            "Mail: "
            + (", ".join(f"{counts[one]} {one.value}" for one in MessageState if one in counts))
            if counts
            else "Mail: none."
        )
        for message in mail_queue.stopped(db, organisation.id):
            click.echo(f"{message.public_id}  {message.state.value:9} {message.kind}")
            click.echo(f"    {message.last_error}")


@jobs.command("retry")
@click.argument("ids", nargs=-1, required=True)
@config_option
def retry(ids: tuple[str, ...], ini: Path) -> None:
    """Put jobs or mails that stopped back into the queue, by their ids from `tracker jobs list`."""
    now = datetime.now(UTC)
    with session_for(engine_from(ini)) as db:
        for one in ids:
            job = db.scalar(select(Job).where(Job.public_id == one, Job.state == JobState.FAILED))
            if job is not None:
                job.state, job.due_at, job.tries = JobState.QUEUED, now, 0
                continue
            mail_queue.send_again(db, _organisation_of(db, one), one)
    click.echo("Done. The worker takes it up within a minute.")


@jobs.command("discard")
@click.argument("ids", nargs=-1, required=True)
@config_option
def discard(ids: tuple[str, ...], ini: Path) -> None:
    """Put jobs or mails that stopped aside for good."""
    with session_for(engine_from(ini)) as db:
        for one in ids:
            job = db.scalar(select(Job).where(Job.public_id == one, Job.state == JobState.FAILED))
            if job is not None:
                job.state = JobState.DISCARDED
                continue
            mail_queue.discard(db, _organisation_of(db, one), one)
    click.echo("Done.")


def _organisation_of(db: Session, public_id: str) -> int:
    return (
        db.scalar(select(OutboxMessage.organisation_id).where(OutboxMessage.public_id == public_id))
        or 0
    )
