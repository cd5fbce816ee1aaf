from sekisho.testing.page import read_page

PAGE = """<!doctype html><html><head><title> Sign
in </title><style>p { color: red }</style></head><body>
<p>Who &amp; <b>what</b></p><script>alert("no")</script>
<a href="/help?a=1&amp;b=2">Need  help?</a>
<form action="/search"><input name="q"><input type="submit" value="Search"></form>
<form method="POST" action="/signin">
  <input type="hidden" name="csrf" value="t0ken">
  <input name="username" value="pre"><input type="password" name="password">
  <input type="checkbox" name="stay"><input type="checkbox" name="told" checked>
  <input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b" checked>
  <button>Sign in</button>
  <button name="decision" value="deny" formaction="/deny"><span>De</span>ny</button>
  <button type="button">Not this one</button>
</form></body></html>"""


PAGE_READ = read_page("http://127.0.0.1/signin", 200, PAGE)


def test_title_and_text_are_what_a_person_reads() -> None:
    assert PAGE_READ.title == "Sign in"
    assert PAGE_READ.text.startswith("Who & what Need help?")
    assert "alert" not in PAGE_READ.text
    assert "color" not in PAGE_READ.text


def test_links_keep_their_text_and_address() -> None:
    assert PAGE_READ.links == (("Need help?", "/help?a=1&b=2"),)


def test_a_form_submits_hidden_filled_and_checked_fields() -> None:
    form = PAGE_READ.forms[1]

    assert (form.method, form.action) == ("post", "/signin")
    assert dict(form.fields) == {
        "csrf": "t0ken",
        "username": "pre",
        "password": "",
        "told": "on",
        "kind": "b",
    }


def test_only_visible_fields_are_for_a_person_to_fill_in() -> None:
    assert PAGE_READ.asks_for("password")
    assert not PAGE_READ.asks_for("csrf")
    assert PAGE_READ.filled("csrf", "planted").forms[1].fields["csrf"] == "t0ken"


def test_buttons_are_found_by_what_they_say() -> None:
    found = PAGE_READ.button("Deny")

    assert found is not None
    assert (found[1].name, found[1].value, found[1].action) == ("decision", "deny", "/deny")
    assert PAGE_READ.button("Search") is not None
    assert PAGE_READ.button("Not this one") is None


def test_what_is_filled_in_does_not_show() -> None:
    filled = PAGE_READ.filled("password", "not a real password")

    assert "not a real password" not in repr(filled)


def test_a_broken_page_is_read_as_far_as_it_goes() -> None:
    page = read_page("http://127.0.0.1/", 200, "<form><input name=a><button>Go")

    assert page.asks_for("a")
