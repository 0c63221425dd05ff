"""Play the provider of remote signing, for trying."""

from collections.abc import Mapping

from django.conf import settings

from tinhso.documents.providers.demo_remote import MISDEEDS, DemoRemote, HangUp

__all__ = ["MISDEEDS", "DemoRemote", "HangUp", "demo_remote"]


def demo_remote(*, key: str, people: Mapping[str, str]) -> DemoRemote:
    """Open a provider for trying, which knows some people by their personal numbers.

    key: by which it knows the platform. Its keys lie in `TINHSO_HOME/keys/remote`, and
    its certificates come from the demo authority of the same folder.
    """
    return DemoRemote(home=settings.TINHSO_HOME, key=key, people=people)
