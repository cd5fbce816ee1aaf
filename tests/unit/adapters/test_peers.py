"""Who the kernel says is at the other end."""

import os
import socket

from sekisho.adapters.peers import peer_of


def test_the_other_end_is_this_process_and_its_user() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert peer_of(ours) == (os.getpid(), os.geteuid())
