"""Every address of the web, with the policy that guards it."""

urlpatterns: list[object] = []
