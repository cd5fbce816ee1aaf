"""A browser for the AWS CLI's `BROWSER`: opens a URL, signs in, and allows what is asked for.

Run as a program: `python visiting_browser.py URL`. It runs outside the tests' own folders.
"""

import sys
from urllib.parse import urlsplit

from sekisho.adapters.http import NetworkHttp
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor, sign_in_through_pages

PERSON, PASSWORD = "hoge@hoge.com", Secret("correct horse battery staple")

if __name__ == "__main__":
    url = sys.argv[1]
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    sign_in_through_pages(Visitor(NetworkHttp({}), origins={origin}), url, PERSON, PASSWORD)
