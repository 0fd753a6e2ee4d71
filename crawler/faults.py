"""Why a page could not be had, in one sentence, from whatever Scrapy and Twisted raise."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from crawler.health import Failure, Fault

BLOCKING = {401: "it asks for a login", 403: "access refused", 429: "it asks us to slow down"}
GONE = (404, 410)


class PageRefused(IgnoreRequest):
    """A page that must not, or cannot, be read; with the fault and the reason."""

    def __init__(self, fault: Fault, reason: str, *, gone: bool = False, shut: bool = False) -> None:
        super().__init__(reason)
        self.fault = fault
        self.reason = reason
        self.gone = gone  # the site says that there is no such page any more, with whatever status
        self.shut = shut  # it is the site that keeps us out, not this page alone


def failure_of(url: str, failed: TwistedFailure) -> Failure:
    """Return what Scrapy's report of a failed request says about a page."""
    error = failed.value
    if isinstance(error, PageRefused):
        return Failure(url, error.fault, error.reason, gone=error.gone, shut=error.shut)
    if isinstance(error, HttpError):
        status = error.response.status
        if status in BLOCKING:
            return Failure(url, Fault.BLOCKED, f"status {status}, {BLOCKING[status]}")
        return Failure(url, Fault.BROKEN, f"status {status}", gone=status in GONE)
    if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
        return Failure(url, Fault.BLOCKED, "robots.txt forbids it")
    for kind, words in WORDS.items():
        if isinstance(error, kind):
            return Failure(url, Fault.BROKEN, words + (f" ({error})" if str(error) else ""))
    return Failure(url, Fault.BROKEN, f"{type(error).__name__}: {error}")


WORDS: dict[type[Exception], str] = {
    CannotResolveHostError: "no such host",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadTimeoutError: "no answer in time",
    DownloadCancelledError: "the download was stopped",
    DownloadFailedError: "the connection failed",
    ResponseDataLossError: "the answer ended too early",
    IgnoreRequest: "not followed",
}
