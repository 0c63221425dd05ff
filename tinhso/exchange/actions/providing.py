"""The side that owns the data: answer a call of another gateway as was agreed."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from tinhso.exchange import queries
from tinhso.exchange.actions.station import Course, Station, expect_good
from tinhso.exchange.providers import keys
from tinhso.exchange.rules import answers, calls, log, signing
from tinhso.exchange.rules.breaker import Breaker, Quota
from tinhso.exchange.types import (
    Answer,
    AnswerLate,
    AnswerNotJson,
    AnswerTooLarge,
    AnswerWrong,
    Call,
    ClientUnknown,
    Draft,
    Failed,
    Kind,
    MemberName,
    Permit,
    ServiceAway,
    ServiceUnknown,
    Side,
    Signed,
    Stopped,
    Use,
)
from tinhso.kernel.clock import local

# What a service did wrong, of which too much opens its breaker.
FAILURES = (AnswerLate, AnswerTooLarge, AnswerWrong, ServiceAway)


class Provider:
    """Answers other gateways, for the services of one member."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._quota = Quota()
        self._breakers: dict[str, Breaker] = {}

    async def answer(
        self,
        *,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: bytes,
        peer: str,
    ) -> Answer:
        """Answer a call; peer: fingerprint of the certificate the gateway showed."""
        begun = asyncio.get_running_loop().time()
        course = Course()
        try:
            self._station.writer.refuse_unstamped()
            course.peer, sender = peer, self._sender(peer)
            course.call = calls.read_call(
                method=method, target=target, headers=headers, body=body
            )
            course.signed = self._checked(course.call, sender, headers)
            return await self._go(course, begun)
        except Stopped as stopped:
            return await self._refuse(stopped, course, begun)
        except Exception:  # noqa: BLE001 - a call never ends without an answer
            self._station.complain("a call failed")
            return await self._refuse(Failed(), course, begun)

    async def _go(self, course: Course, begun: float) -> Answer:
        call, signed = course.call, course.signed
        assert call is not None  # noqa: S101 - read before
        assert signed is not None  # noqa: S101 - checked before
        if call.service.subsystem.member != self._station.member.name:
            raise ServiceUnknown
        course.permit = await self._station.permit_anew(call)
        await self._count(course.permit)
        await self._station.writer.write(_request(course.permit, call, signed))
        # The directory is the newest now; what was revoked a moment ago opens nothing.
        self._station.permit_still(course)
        expect_good(self._station, course.peer, call.client.member, Use.TLS)
        expect_good(self._station, signed.key, call.client.member, Use.SIGN)
        told = await self._ask(course.permit, call)
        # An agreement that ended while the service was thinking lets nothing out.
        self._station.permit_still(course)
        answer = _agreed(course.permit, call, signed, told)
        return await self._let_out(answer, course, begun)

    async def _let_out(self, answer: Answer, course: Course, begun: float) -> Answer:
        call, allowed = course.call, course.permit
        assert call is not None  # noqa: S101 - read before
        assert allowed is not None  # noqa: S101 - decided before
        signed, headers = self._station.sign(answers.parts_of_answer(answer))
        draft = _response(allowed, call, signed)
        if answer.status < 400:
            draft = replace(draft, about=allowed.about)
        await self._station.writer.write(replace(draft, milliseconds=_since(begun)))
        self._station.permit_still(course)
        return replace(answer, headers=(*answer.headers, *headers.items()))

    def _sender(self, peer: str) -> MemberName:
        return expect_good(self._station, peer, None, Use.TLS)

    def _checked(
        self, call: Call, sender: MemberName, headers: list[tuple[str, str]]
    ) -> Signed:
        if call.client.member != sender:
            raise ClientUnknown
        told = {name.lower(): value for name, value in headers}
        told_input = told.get(answers.SIGNATURE_INPUT, "")
        name = signing.key_named(told_input)
        expect_good(self._station, name, sender, Use.SIGN)
        pem = self._station.writer.directory.certificates[name].pem
        return signing.check(
            dict(answers.parts_of_call(call)),
            needed=answers.ASKED,
            signature_input=told_input,
            signature=told.get(answers.SIGNATURE, ""),
            key=keys.verifying_key(pem),
            at=self._station.now(),
        )

    async def _count(self, allowed: Permit) -> None:
        at, agreement = self._station.now(), allowed.agreement
        day = local(at).date()
        if not self._quota.knows(agreement, on=day):
            midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
            before = await self._station.writer.ask(
                lambda: queries.calls_today(agreement_id=agreement.id, since=midnight)
            )
            self._quota.begin(agreement, on=day, before=before)
        self._quota.take(agreement, at=at)

    async def _ask(
        self, allowed: Permit, call: Call
    ) -> tuple[int, Mapping[str, str], bytes]:
        service, station = allowed.service, self._station
        breaker = self._breakers.setdefault(str(service.name), Breaker())
        if not breaker.lets_through(at=station.now()):
            raise ServiceAway
        query = f"?{call.query}" if call.query else ""
        try:
            told = await station.asker.ask_service(
                method=call.method,
                url=f"{service.address}{call.rest}{query}",
                headers=[
                    *call.headers,
                    (calls.CLIENT, answers.written(call.client)),
                    (calls.SERVICE, answers.written(call.service)),
                    (calls.ID, call.id),
                ],
                body=call.body,
                seconds=service.seconds,
                most_bytes=service.most_bytes,
            )
        except FAILURES:
            breaker.note(went_well=False, at=station.now())
            raise
        breaker.note(went_well=True, at=station.now())
        return told

    async def _refuse(self, stopped: Stopped, course: Course, begun: float) -> Answer:
        base = course.signed.base if course.signed else ""
        answer = answers.refusal(
            stopped, side=Side.PROVIDER, call=course.call, base=base
        )
        signed, headers = self._station.sign(answers.parts_of_answer(answer))
        await self._station.note(
            Draft(
                side=Side.PROVIDER,
                kind=Kind.REFUSAL,
                message_id=course.call.id if course.call else "",
                client=str(course.call.client) if course.call else "",
                service=str(course.call.service) if course.call else "",
                signed=signed,
                agreement_id=course.permit.agreement.id if course.permit else None,
                refused=stopped.code,
                milliseconds=_since(begun),
            )
        )
        return replace(answer, headers=(*answer.headers, *headers.items()))


def _since(begun: float) -> int:
    return round((asyncio.get_running_loop().time() - begun) * 1000)


def _request(allowed: Permit, call: Call, signed: Signed) -> Draft:
    client = str(call.client)
    return Draft(
        side=Side.PROVIDER,
        kind=Kind.REQUEST,
        message_id=call.id,
        client=client,
        service=str(call.service),
        signed=signed,
        agreement_id=allowed.agreement.id,
        once=log.once(Side.PROVIDER, Kind.REQUEST, client, call.id),
    )


def _response(allowed: Permit, call: Call, signed: Signed) -> Draft:
    return Draft(
        side=Side.PROVIDER,
        kind=Kind.RESPONSE,
        message_id=call.id,
        client=str(call.client),
        service=str(call.service),
        signed=signed,
        agreement_id=allowed.agreement.id,
    )


def _agreed(
    allowed: Permit,
    call: Call,
    signed: Signed,
    told: tuple[int, Mapping[str, str], bytes],
) -> Answer:
    status, headers, body = told
    if headers.get("content-encoding", "identity") != "identity":
        raise AnswerNotJson
    if not 200 <= status < 600:
        raise AnswerWrong
    kind = headers.get("content-type", "application/octet-stream")
    content = answers.filtered(body, kind, allowed.agreement.fields)
    kept = {name: headers[name] for name in calls.RETURNED if name in headers}
    if content:
        kept["content-type"] = kind
    return Answer(status, (*kept.items(), *answers.worn(call, signed.base)), content)
