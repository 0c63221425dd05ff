"""The province's data-sharing platform (LGSP): who may ask whom for what, and proof.

Members, subsystems and services are those of X-Road; information systems speak its
REST message protocol (PR-REST 1.0) to their own gateway, and gateways speak to each
other over mutual TLS 1.3. Nothing goes without an agreement its owner approved; each
message is signed (RFC 9421), logged in a chain on both sides, and time-stamped
(RFC 3161). Sharing rests on NĐ 47/2020, its log on Đ45 there; TT 22/2019 has it go
through the provincial platform.
"""
