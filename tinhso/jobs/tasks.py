"""Every job. A job asks the clock and makes one call."""

from datetime import timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from tinhso.counters import actions as counters
from tinhso.documents import actions as documents
from tinhso.exchange import actions as exchange
from tinhso.foresight import actions as foresight
from tinhso.indicators import actions as indicators
from tinhso.kernel import clock
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.events import actions as events
from tinhso.lake import actions as lake
from tinhso.notify import actions as notify
from tinhso.plans import actions as plans
from tinhso.procedures import actions as procedures
from tinhso.security import actions as security


@app.task(name=events.DELIVER_JOB, retry=5)
def deliver_event(event_id: str) -> None:
    """Hand one event to its reactions."""
    events.deliver(event_id=UUID(event_id), at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="tinhso.jobs.redeliver_events", queueing_lock="redeliver_events")
def redeliver_events(timestamp: int) -> None:
    """Defer once more the events that nobody delivered for two minutes."""
    events.redeliver_overdue(before=clock.now() - timedelta(minutes=2))


@app.periodic(cron="* * * * * */15")
@app.task(name="tinhso.jobs.take_up_abandoned", queueing_lock="take_up_abandoned")
def take_up_abandoned(timestamp: int) -> None:
    """Take up the jobs of workers that died with them."""
    events.take_up_abandoned()


@app.periodic(cron="40 * * * *")
@app.task(name="tinhso.jobs.forget_jobs", queueing_lock="forget_jobs")
def forget_jobs(timestamp: int) -> None:
    """Forget the jobs that are done."""
    events.forget_jobs()


@app.periodic(cron="* * * * * */5")
@app.task(name="tinhso.jobs.seal_journal", queueing_lock="seal_journal")
def seal_journal(timestamp: int) -> None:
    """Seal what was written into the journal."""
    audit.seal(at=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="tinhso.jobs.report_late_consultations", queueing_lock="late")
def report_late_consultations(timestamp: int) -> None:
    """Report the agencies that have not given their opinion in time."""
    procedures.report_late_consultations(at=clock.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="tinhso.jobs.take_tacit_actions", queueing_lock="silence")
def take_tacit_actions(timestamp: int) -> None:
    """Close what waits for applicants longer than their time."""
    procedures.take_tacit_actions(at=clock.now())


@app.periodic(cron="20 * * * *")
@app.task(name="tinhso.jobs.keep_signing_keys", queueing_lock="keep_signing_keys")
def keep_signing_keys(timestamp: int) -> None:
    """Make the next key for what clients are told, and forget tokens that ran out."""
    security.keep_signing_keys(at=clock.now())
    security.forget_tokens()


# At eight in the morning in Vietnam; what a day off missed, the next day makes up for.
@app.periodic(cron="0 1 * * *")
@app.task(name="tinhso.jobs.remind_of_expiry", queueing_lock="remind_of_expiry")
def remind_of_expiry(timestamp: int) -> None:
    """Remind people of papers that soon expire."""
    procedures.remind_of_expiry(at=clock.now())


@app.periodic(cron="10 1 * * *")
@app.task(name="tinhso.jobs.remind_of_returns", queueing_lock="remind_of_returns")
def remind_of_returns(timestamp: int) -> None:
    """Remind agencies of the returns they owe."""
    indicators.remind_of_returns(at=clock.now())


# At half past seven in Vietnam, before the desks open.
@app.periodic(cron="30 0 * * *")
@app.task(name="tinhso.jobs.remind_of_tasks", queueing_lock="remind_of_tasks")
def remind_of_tasks(timestamp: int) -> None:
    """Remind agencies of tasks of plans that are soon due, or overdue."""
    plans.remind_of_tasks(at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="tinhso.jobs.remove_erased", queueing_lock="erased", lock="erased")
def remove_erased(timestamp: int) -> None:
    """Take the bytes of erased files away."""
    documents.remove_erased(at=clock.now())


@app.periodic(cron="30 * * * *")
@app.task(name="tinhso.jobs.forget_drafts", queueing_lock="drafts", lock="drafts")
def forget_drafts(timestamp: int) -> None:
    """Delete drafts nobody has touched for long."""
    procedures.forget_drafts(at=clock.now())


@app.periodic(cron="* * * * * */5")
@app.task(
    name="tinhso.jobs.seal_receipts",
    queueing_lock="seal_receipts",
    lock="seal_receipts",
)
def seal_receipts(timestamp: int) -> None:
    """Seal the receipts that were written."""
    procedures.seal_receipts(at=clock.now())


@app.periodic(cron="* * * * * */5")
@app.task(
    name="tinhso.jobs.tell_portal", queueing_lock="tell_portal", lock="tell_portal"
)
def tell_portal(timestamp: int) -> None:
    """Tell the national portal what became of its dossiers."""
    procedures.tell_portal(at=clock.now())


@app.periodic(cron="* * * * * */5")
@app.task(
    name="tinhso.jobs.deliver_messages",
    queueing_lock="deliver_messages",
    lock="deliver_messages",
)
def deliver_messages(timestamp: int) -> None:
    """Send the letters that wait in the outbox of messages."""
    notify.deliver_due(at=clock.now(), channels=notify.BY_MAIL)


# While one waits for the mail server's answer, the other writes down what went.
@app.periodic(cron="* * * * * */5")
@app.task(
    name="tinhso.jobs.help_deliver_messages",
    queueing_lock="help_deliver_messages",
    lock="help_deliver_messages",
)
def help_deliver_messages(timestamp: int) -> None:
    """Send along where many letters wait; each takes different ones."""
    notify.deliver_due(at=clock.now(), channels=notify.BY_MAIL)


# Apart, so that a slow telephone company holds no letters up.
@app.periodic(cron="* * * * * */5")
@app.task(
    name="tinhso.jobs.deliver_to_telephones",
    queueing_lock="deliver_to_telephones",
    lock="deliver_to_telephones",
)
def deliver_to_telephones(timestamp: int) -> None:
    """Send what waits for telephones and browsers, and pass on what did not arrive."""
    notify.deliver_due(at=clock.now(), channels=notify.TO_TELEPHONES)
    notify.pass_on_overdue(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="tinhso.jobs.tell_outages", queueing_lock="tell_outages")
def tell_outages(timestamp: int) -> None:
    """Tell the next people of an outage that was announced."""
    notify.tell_outages(at=clock.now())


@app.periodic(cron="* * * * * */5")
@app.task(
    name="tinhso.jobs.tell_subscribers",
    queueing_lock="tell_subscribers",
    lock="tell_subscribers",
)
def tell_subscribers(timestamp: int) -> None:
    """Tell other systems what they subscribed to."""
    exchange.tell_subscribers(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="tinhso.jobs.lapse_offers", queueing_lock="lapse_offers")
def lapse_offers(timestamp: int) -> None:
    """Pass places on that were offered and not taken in time."""
    counters.lapse_offers(at=clock.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="tinhso.jobs.remind_bookings", queueing_lock="remind_bookings")
def remind_bookings(timestamp: int) -> None:
    """Remind of tomorrow's appointments, and close those of days past."""
    counters.remind_and_close(at=clock.now())


@app.periodic(cron="30 18 * * *")
@app.task(name="tinhso.jobs.forget_answers", queueing_lock="forget_answers")
def forget_answers(timestamp: int) -> None:
    """Forget what machines' calls were answered, once nobody repeats them."""
    security.forget_answers(at=clock.now())


@app.periodic(cron="*/20 * * * *")
@app.task(name="tinhso.jobs.forget_counts", queueing_lock="forget_counts")
def forget_counts(timestamp: int) -> None:
    """Forget how often somebody did something, once nobody asks for it."""
    security.forget_counts(at=clock.now())


@app.periodic(cron="* * * * * */2")
@app.task(name="tinhso.jobs.append_to_lake", queueing_lock="lake")
def append_to_lake(timestamp: int) -> None:
    """Write what was handed in into the tables of the lake."""
    lake.append_waiting(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="tinhso.jobs.bring_in_batches", queueing_lock="lake_batches")
def bring_in_batches(timestamp: int) -> None:
    """Bring what rooms keep in batches into the tables of the lake."""
    lake.bring_in_batches(at=clock.now())


@app.periodic(cron="* * * * * */3")
@app.task(
    name="tinhso.jobs.refresh_indicators",
    queueing_lock="refresh_indicators",
    lock="refresh_indicators",
)
def refresh_indicators(timestamp: int) -> None:
    """Compute what new rows in the lake have changed."""
    indicators.refresh(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(
    name="tinhso.jobs.forecast_measures",
    queueing_lock="forecast_measures",
    lock="forecast_measures",
)
def forecast_measures(timestamp: int) -> None:
    """Forecast the measures whose values changed."""
    foresight.forecast_all(at=clock.now())


# Each append leaves a small file; a question opens all of them.
@app.periodic(cron="20 * * * *")
@app.task(name="tinhso.jobs.compact_lake", queueing_lock="compact_lake")
def compact_lake(timestamp: int) -> None:
    """Join the small files of the hour."""
    lake.compact()


@app.periodic(cron="35 * * * *")
@app.task(name="tinhso.jobs.measure_lake", queueing_lock="measure_lake")
def measure_lake(timestamp: int) -> None:
    """Hold the tables of the lake against what their rooms promise."""
    lake.measure_quality(at=clock.now())


@app.periodic(cron="50 * * * *")
@app.task(name="tinhso.jobs.tidy_lake", queueing_lock="tidy_lake", lock="tidy_lake")
def tidy_lake(timestamp: int) -> None:
    """Let go of old states of the tables, and of files nobody names."""
    lake.tidy(at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="tinhso.jobs.forget_sessions", queueing_lock="forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """End the sessions that fell silent, and forget those that are over."""
    security.forget_sessions(at=clock.now())
