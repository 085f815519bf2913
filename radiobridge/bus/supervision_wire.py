"""What supervision knows becomes messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from radiobridge import events
from radiobridge.bus.supervision_messages import (
    ContactOfPost,
    PostInRound,
    PostMessage,
    RoundMessage,
    RoundOfPost,
)
from radiobridge.bus.wire import Wire, place
from radiobridge.moments import moment
from radiobridge.settings import PostSettings


class SupervisionWire:
    """Makes the messages about rounds and posts of one station."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def round(self, round_: events.Round) -> RoundMessage:
        """Who was heard in it, and who was not."""
        heard = sum(duty.state.is_heard for duty in round_.duties)
        return RoundMessage(
            **self._wire.envelope(),
            name=round_.plan.name,
            what=round_.plan.kind,
            round=round_.id,
            began=moment(round_.begins_at),
            due=moment(round_.due_at),
            over=round_.is_over,
            heard=heard,
            missing=len(round_.duties) - heard,
            posts=tuple(
                PostInRound(post=duty.post, state=duty.state, at=moment(duty.at) if duty.at else None)
                for duty in round_.duties
            ),
            text=dict(round_.plan.say),
        )

    def post(
        self,
        post: str,
        posts: Mapping[str, PostSettings],
        last_heard_at: float | None,
        rounds: Iterable[events.Round],
        contacts: Iterable[tuple[events.ContactKept, events.Condition, str]],
    ) -> PostMessage:
        """What is known of it."""
        return PostMessage(
            **self._wire.envelope(),
            post=post,
            place=place(post, posts),
            last_heard=moment(last_heard_at) if last_heard_at else None,
            rounds=tuple(
                RoundOfPost(
                    name=each.plan.name,
                    what=each.plan.kind,
                    state=duty.state,
                    due=moment(each.due_at),
                    at=moment(duty.at) if duty.at else None,
                )
                for each in rounds
                for duty in each.duties
                if duty.post == post
            ),
            contacts=tuple(_contact(*each) for each in contacts),
        )


def _contact(kept: events.ContactKept, condition: events.Condition, why: str) -> ContactOfPost:
    return ContactOfPost(
        name=kept.name,
        condition=condition,
        why=why,
        state=kept.state,
        seen=moment(kept.seen_at) if kept.seen_at else None,
        pressed=moment(kept.pressed_at) if kept.pressed_at else None,
        tested=moment(kept.tested_at) if kept.tested_at else None,
    )
