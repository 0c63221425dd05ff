"""The journal: every act, append-only, sealed into a Merkle tree (RFC 9162).

An act writes its entry in its own transaction and holds no common lock. A moment
later the sealer gives the committed entries their numbers, chains each to the one
before, and adds them to the tree; a signed tree head then fixes all of them.
"""
