"""The way to the console, end to end: a real sign-in, and a real browser at the other end."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Home
from tests.e2e.test_story import DEV, login_by_device_code


def test_the_url_opens_a_page_that_says_who_the_console_would_take_one_for(
    home: Home, page: Page
) -> None:
    login_by_device_code(home, page, "dev")
    printed = home.sekisho("console", "--profile", "dev", "--service", "s3", "--print")
    assert printed.status == 0, printed.stderr

    page.context.clear_cookies()  # the URL alone is enough
    page.goto(printed.stdout.strip())

    expect(page.locator("main")).to_contain_text(DEV)
    expect(page.locator("main")).to_contain_text("AdministratorAccess")
    expect(page.locator("main")).to_contain_text("console.aws.amazon.com/s3/home")
    assert page.url.startswith(home.environ["AWS_ENDPOINT_URL_SIGNIN"])
