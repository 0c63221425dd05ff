"""The side that asks: bring the call of an own system to the other gateway."""

import asyncio
from dataclasses import replace
from hmac import compare_digest

from tinhso.exchange.actions.registering import digest_of
from tinhso.exchange.actions.station import Course, Station, expect_good
from tinhso.exchange.providers import keys
from tinhso.exchange.rules import answers, calls, log, signing
from tinhso.exchange.rules.breaker import Breaker
from tinhso.exchange.types import (
    Answer,
    AnswerLate,
    AnswerWrong,
    Call,
    ClientUnknown,
    Draft,
    Failed,
    GatewayAway,
    KeyWrong,
    Kind,
    Member,
    MemberName,
    Permit,
    ServiceUnknown,
    Side,
    Signed,
    Stopped,
    Use,
)
from tinhso.kernel.ids import new_id

# More than a service may take, for two gateways stand between.
ADDED_SECONDS = 5.0
ADDED_BYTES = 2**16
_TELLS = "x-road-error"


class Consumer:
    """Carries the calls of a member's own systems."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._breakers: dict[MemberName, Breaker] = {}

    async def answer(
        self,
        *,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> Answer:
        """Answer an own system with what the other side answered, or why not."""
        begun = asyncio.get_running_loop().time()
        course = Course()
        try:
            self._station.writer.refuse_unstamped()
            course.call = self._read(method, target, headers, body)
            return await self._go(course, begun)
        except Stopped as stopped:
            return await self._refuse(stopped, course, begun)
        except Exception:  # noqa: BLE001 - a call never ends without an answer
            self._station.complain("a call failed")
            return await self._refuse(Failed(), course, begun)

    def _read(
        self, method: str, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> Call:
        call = calls.read_call(method=method, target=target, headers=headers, body=body)
        self._expect_own(call, headers)
        told = {**call.sent, calls.REQUEST_ID: str(new_id())}
        # PR-REST 4.3: without `Accept` it is JSON.
        told.setdefault("accept", "application/json")
        if not body:
            told.pop("content-type", None)
        return replace(call, headers=tuple(sorted(told.items())))

    def _expect_own(self, call: Call, headers: list[tuple[str, str]]) -> None:
        own = self._station.writer.directory.subsystems.get(call.client)
        if own is None or call.client.member != self._station.member.name:
            raise ClientUnknown
        shown = [value for name, value in headers if name.lower() == "authorization"]
        key = shown[0].removeprefix("Bearer ") if len(shown) == 1 else ""
        if not compare_digest(digest_of(key), own.key_digest):
            raise KeyWrong

    async def _go(self, course: Course, begun: float) -> Answer:
        call = course.call
        assert call is not None  # noqa: S101 - read before
        course.permit = await self._station.permit_anew(call)
        signed, headers = self._station.sign(answers.parts_of_call(call))
        course.signed = signed
        await self._station.writer.write(_request(course.permit, call, signed))
        # The directory is the newest now.
        self._station.permit_still(course)
        status, told, body = await self._ask(call, course.permit, headers)
        answer, theirs = self._checked(call, signed, status, told, body)
        await self._station.writer.write(_response(course, answer, theirs, begun))
        return answer

    async def _ask(
        self, call: Call, allowed: Permit, signature: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        station, name = self._station, call.service.subsystem.member
        to: Member | None = station.writer.directory.members.get(name)
        if to is None:
            raise ServiceUnknown
        breaker = self._breakers.setdefault(name, Breaker())
        if not breaker.lets_through(at=station.now()):
            raise GatewayAway
        try:
            told = await station.asker.ask_gateway(
                method=call.method,
                url=f"https://{to.gateway}{call.target}",
                headers=[
                    *call.headers,
                    (calls.CLIENT, answers.written(call.client)),
                    (calls.ID, call.id),
                    *signature.items(),
                ],
                body=call.body,
                seconds=allowed.service.seconds + ADDED_SECONDS,
                most_bytes=allowed.service.most_bytes + ADDED_BYTES,
                context=station.context_to(name),
            )
        except (GatewayAway, AnswerLate):
            breaker.note(went_well=False, at=station.now())
            raise
        breaker.note(went_well=True, at=station.now())
        return told

    def _checked(
        self, call: Call, signed: Signed, status: int, told: dict[str, str], body: bytes
    ) -> tuple[Answer, Signed]:
        """Check that the answer is the other member's, and to this very call."""
        answer = answers.answer_of(status, told, body)
        values = dict(answers.parts_of_answer(answer))
        told_input = told.get(answers.SIGNATURE_INPUT, "")
        name = signing.key_named(told_input)
        expect_good(self._station, name, call.service.subsystem.member, Use.SIGN)
        pem = self._station.writer.directory.certificates[name].pem
        theirs = signing.check(
            values,
            needed=_needed(values),
            signature_input=told_input,
            signature=told.get(answers.SIGNATURE, ""),
            key=keys.verifying_key(pem),
            at=self._station.now(),
        )
        if calls.ERROR not in values:
            wanted = dict(answers.worn(call, signed.base))
            if any(values.get(one) != said for one, said in wanted.items()):
                raise AnswerWrong
        return answer, theirs

    async def _refuse(self, stopped: Stopped, course: Course, begun: float) -> Answer:
        base = course.signed.base if course.signed else ""
        answer = answers.refusal(
            stopped, side=Side.CONSUMER, call=course.call, base=base
        )
        call, allowed = course.call, course.permit
        await self._station.note(
            Draft(
                side=Side.CONSUMER,
                kind=Kind.REFUSAL,
                message_id=call.id if call else "",
                client=str(call.client) if call else "",
                service=str(call.service) if call else "",
                signed=None,
                agreement_id=allowed.agreement.id if allowed else None,
                refused=stopped.code,
                milliseconds=_since(begun),
            )
        )
        return answer


def _needed(values: dict[str, str]) -> tuple[str, ...]:
    """A refusal may come before anything of a call could be read."""
    return (
        (*signing.RESPONSE[:2], calls.ERROR)
        if calls.ERROR in values
        else (answers.ANSWERED)
    )


def _since(begun: float) -> int:
    return round((asyncio.get_running_loop().time() - begun) * 1000)


def _request(allowed: Permit, call: Call, signed: Signed) -> Draft:
    client = str(call.client)
    return Draft(
        side=Side.CONSUMER,
        kind=Kind.REQUEST,
        message_id=call.id,
        client=client,
        service=str(call.service),
        signed=signed,
        agreement_id=allowed.agreement.id,
        once=log.once(Side.CONSUMER, Kind.REQUEST, client, call.id),
    )


def _response(course: Course, answer: Answer, signed: Signed, begun: float) -> Draft:
    call, allowed = course.call, course.permit
    assert call is not None  # noqa: S101 - read before
    assert allowed is not None  # noqa: S101 - decided before
    is_refusal = calls.ERROR in dict(answer.headers)
    return Draft(
        side=Side.CONSUMER,
        kind=Kind.REFUSAL if is_refusal else Kind.RESPONSE,
        message_id=call.id,
        client=str(call.client),
        service=str(call.service),
        signed=signed,
        agreement_id=allowed.agreement.id,
        refused="TheOtherSide" if is_refusal else "",
        milliseconds=_since(begun),
    )
