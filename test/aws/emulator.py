"""MiniStack, but that the clock of those who speak to it may be ahead of its own, and that the tests are the ones who run due schedules."""

from ministack.core import sigv4
from ministack.services import scheduler

sigv4.request_time_failure = lambda *_, **__: None
scheduler.start_scheduler = lambda: None

if __name__ == "__main__":
    from ministack.app import main

    main()
