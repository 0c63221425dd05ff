"""An officer at a browser with a passkey, for the tests that need one.

The key is Chromium's virtual authenticator: it makes real signatures, and answers at
once where a person would touch a sensor.
"""

from django.urls import reverse

SIGN_IN = "/tai-khoan/dang-nhap"
DESK = "/lam-viec"
TROUBLE = "#passkey-trouble"
ON_THE_LOGIN_PAGE, ON_THE_SECOND_STEP = "#passkey_login", "#mfa_webauthn_authenticate"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Officer:
    """Somebody at a browser of their own, with an authenticator in it."""

    def __init__(self, browser, url, account, password, *, language="vi-VN"):
        self.url, self.account, self.password = url, account, password
        self.refused = []
        self.page = browser.new_context(locale=language).new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._hear)
        self.cdp = self.page.context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        made = self.cdp.send(
            "WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR}
        )
        self.key = {"authenticatorId": made["authenticatorId"]}

    def _hear(self, message):
        """Keep what the browser complains of, such as a script that CSP refused."""
        if message.type == "error":
            self.refused.append(message.text)

    def open(self, path):
        self.page.goto(self.url + path)

    def press(self, selector):
        with self.page.expect_navigation():
            self.page.click(selector)

    def say_password(self):
        self.open(SIGN_IN)
        self.page.fill("[name=login]", self.account)
        self.page.fill("[name=password]", self.password)
        self.press("main form:has([name=password]) button")

    def ask_to_add(self):
        self.open(reverse("mfa_add_webauthn"))
        if self.page.locator("[name=password]").is_visible():
            self.page.fill("[name=password]", self.password)
            self.press("main form:has([name=password]) button")

    def add_passkey(self, *, passwordless=True):
        self.ask_to_add()
        self.page.set_checked("[name=passwordless]", passwordless)
        self.press("#mfa_webauthn_add")

    def remove_passkey(self):
        self.open(reverse("mfa_list_webauthn"))
        self.press("main .todo a >> nth=1")
        self.press("main .actions button")

    def sign_out(self):
        self.press("header form[action$='dang-xuat'] button")

    def offer_passkey(self):
        self.open(SIGN_IN)
        self.page.click(ON_THE_LOGIN_PAGE)

    def works_at_the_desk(self):
        self.open(DESK)
        return self.page.url == self.url + DESK

    def credentials(self):
        return self.cdp.send("WebAuthn.getCredentials", self.key)["credentials"]

    def take_credentials_of(self, other):
        for credential in other.credentials():
            self.cdp.send(
                "WebAuthn.addCredential", {**self.key, "credential": credential}
            )
