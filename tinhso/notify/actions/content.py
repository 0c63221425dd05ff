"""Publish wordings, and how channels are used."""

from datetime import date, datetime

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.packs.types import Content, Kind
from tinhso.notify.models import ChannelRuleRow, MessageTemplateRow
from tinhso.notify.queries import template_of
from tinhso.notify.rules import sms, wording
from tinhso.notify.types import (
    CHANNEL_SCHEMA,
    MESSAGE_SCHEMA,
    Channel,
    MessageParamsWrong,
    Obligation,
)


def publish_message_template(content: Content, actor: Actor, at: datetime) -> None:
    """Keep a new version of a wording; messages written before keep theirs."""
    body = content.body
    with transaction.atomic():
        row = MessageTemplateRow.objects.create(
            key=content.key,
            number=content.version,
            title=body["title"],
            channels=body["channels"],
            subject=body["subject"],
            body=body["body"],
            source=body["source"],
            obligation=body.get("obligation", Obligation.SERVICE.value),
            short=body.get("sms"),
            zalo=body.get("zalo", ""),
            is_urgent=body.get("urgent", False),
            examples=body.get("examples"),
            digest=content.digest,
            published_at=at,
        )
        audit.write(
            "notify.publish_message_template",
            subject="notify.MessageTemplate",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"key": row.key, "version": row.number},
        )


def check_message_template(content: Content) -> dict[str, str]:
    """Answer {field: what is wrong}: braces, what English leaves out, examples, SMS."""
    return {**_wrong_texts(content), **_wrong_channels(content)} or _wrong_examples(
        content
    )


def publish_channel_rule(content: Content, actor: Actor, at: datetime) -> None:
    """Keep a new version of how a channel is used; what was sent keeps its cost."""
    with transaction.atomic():
        row = ChannelRuleRow.objects.create(
            channel=content.key,
            number=content.version,
            body=content.body,
            digest=content.digest,
            published_at=at,
        )
        audit.write(
            "notify.publish_channel_rule",
            subject="notify.ChannelRule",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"channel": row.channel, "version": row.number},
        )


def check_channel_rule(content: Content) -> dict[str, str]:
    """Answer {field: what is wrong} with days that are none, or stand twice."""
    days = [one["from"] for one in content.body.get("prices", [])]
    for day in days:
        try:
            date.fromisoformat(day)
        except ValueError:
            return {"prices": f"{day} is no day"}
    return {"prices": "a day stands twice"} if len(set(days)) < len(days) else {}


def _wrong_texts(content: Content) -> dict[str, str]:
    wrong = {}
    for field in ("subject", "body", "sms"):
        texts = content.body.get(field)
        if texts is None:
            continue
        for language, text in texts.items():
            if wording.stray_braces(text):
                wrong[f"{field}.{language}"] = "braces enclose placeholders only"
        if wording.placeholders(texts["vi"]) != wording.placeholders(texts["en"]):
            wrong[f"{field}.en"] = "its placeholders are not those of vi"
    return wrong


def _wrong_channels(content: Content) -> dict[str, str]:
    channels = content.body["channels"]
    if Channel.ZALO in channels and not content.body.get("zalo"):
        return {"channels": "what goes by Zalo names the wording approved there"}
    if Channel.SMS in channels and not content.body.get("sms"):
        return {"channels": "what goes by SMS has a short text, `sms`"}
    return {}


def _wrong_examples(content: Content) -> dict[str, str]:
    """Write each example, and count what its SMS takes."""
    template = template_of(content=content)
    examples = content.body.get("examples", [])
    if Channel.SMS in template.channels and not examples:
        return {"examples": "what goes by SMS is tried with an example at least"}
    wrong = {}
    for number, values in enumerate(examples):
        field = f"examples.{number}"
        try:
            wording.written(template, values)
        except MessageParamsWrong as refusal:
            wrong[field] = f"lacks {', '.join(sorted(refusal.fields))}"
            continue
        if unused := set(values) - wording.wanted(template):
            wrong[field] = f"no placeholder is called {', '.join(sorted(unused))}"
        segments = wording.longest_sms(template, values)
        if template.short and segments > sms.MOST_SEGMENTS:
            wrong[field] = f"its SMS takes {segments} segments"
    return wrong


MESSAGES = Kind(
    name="messages",
    pattern="messages/*.yaml",
    schema=MESSAGE_SCHEMA,
    apply=publish_message_template,
    check=check_message_template,
)
CHANNELS = Kind(
    name="channels",
    pattern="channels/*.yaml",
    schema=CHANNEL_SCHEMA,
    apply=publish_channel_rule,
    check=check_channel_rule,
)
