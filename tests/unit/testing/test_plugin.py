"""The plugin, in test runs of its own."""

import os

import pytest

PROFILE = 'aws_home.add_profile("dev", account_id="111111111111", role_name="ReadOnlyAccess")'


pytestmark = pytest.mark.usefixtures("everything_is_imported")


@pytest.fixture(autouse=True)
def strict(pytester: pytest.Pytester) -> None:
    """Leaks are warnings, and warnings are errors."""
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers -p no:cacheprovider\nfilterwarnings = error"
    )


def test_a_run_that_uses_no_fixture_loads_nothing_of_the_center(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_nothing_is_loaded(pytestconfig):
            assert pytestconfig.pluginmanager.hasplugin("sekisho")
            loaded = {name for name in sys.modules if name.startswith("sekisho.")}
            assert loaded == {"sekisho.testing", "sekisho.testing.plugin"}
            assert not {"starlette", "sqlalchemy", "uvicorn", "botocore"} & set(sys.modules)
    """)

    pytester.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=1)


def test_each_test_has_a_center_of_its_own_and_leaves_nothing_behind(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import gc, os, socket, threading
        import pytest

        seen = []

        @pytest.mark.parametrize("turn", [1, 2])
        def test_one(identity_center, person, turn):
            person.browser.open(identity_center.url + "/start")
            identity_center.clock.advance(60)
            identity_center.faults.throttle("ListAccounts")
            assert identity_center.calls == ()
            seen.append(identity_center.url)

        def test_both_are_gone(identity_center):
            assert len({*seen, identity_center.url}) == 3
            assert identity_center.faults.pending == 0
            for url in seen:
                with socket.socket() as free:
                    assert free.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0

        def test_no_thread_and_no_socket_is_left():
            gc.collect()
            assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
            held = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
                    if os.path.islink(f"/proc/self/fd/{fd}")] if os.path.isdir("/proc") else []
            assert not [name for name in held if name.startswith("socket:")]
    """)

    pytester.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=4)


def test_workers_side_by_side_do_not_meet(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""
        import json
        import pytest

        @pytest.mark.parametrize("turn", range(2))
        def test_one(identity_center, aws_home, person, turn):
            {PROFILE}
            person.sign_in(aws_home)
            assert identity_center.count("CreateToken") == 1
            assert len(list(aws_home.token_cache.glob("*.json"))) >= 1
    """)

    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=2)


def test_nothing_of_the_machine_is_inherited_and_everything_comes_back(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "of-the-machine")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOBVIOUSLYNOTREAL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://example.com")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "https://sts.example.com")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "intranet.example.com")
    home = os.environ["HOME"]
    pytester.makepyfile(f"""
        import os
        from pathlib import Path

        def test_inside(identity_center, aws_home):
            ours = {{name for name in os.environ if name.startswith("AWS_")}}
            assert ours == {{
                "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED",
                "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS",
                "AWS_ENDPOINT_URL_SIGNIN",
            }}
            assert os.environ["AWS_ENDPOINT_URL_STS"] == identity_center.url
            assert Path.home() == aws_home.path
            assert os.environ["NO_PROXY"] == "intranet.example.com,127.0.0.1,localhost"
            assert {{**os.environ, "PYTEST_CURRENT_TEST": ""}} == {{
                **aws_home.environ, "PYTEST_CURRENT_TEST": ""
            }}

        def test_afterwards():
            assert os.environ["AWS_PROFILE"] == "of-the-machine"
            assert os.environ["HOME"] == {home!r}
    """)

    pytester.runpytest_inprocess("-p", "no:xdist").assert_outcomes(passed=2)


def test_the_organisation_can_be_a_mapping_a_text_or_a_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        MAPPING = {"users": [{"name": "mapped", "password": "not a real password"}]}
        TEXT = 'users: [{name: written, password: "not a real password"}]'

        class TestMapping:
            @pytest.fixture
            def identity_center_directory(self):
                return MAPPING

            def test_it_is_used(self, person):
                assert person.name == "mapped"

        @pytest.mark.identity_center(directory=TEXT)
        def test_text(person):
            assert person.name == "written"

        class TestFile:
            @pytest.fixture
            def identity_center_directory(self, tmp_path):
                path = tmp_path / "organisation.yaml"
                path.write_text(TEXT.replace("written", "filed"))
                return path

            def test_it_is_used(self, identity_center):
                assert identity_center.person().name == "filed"
                with pytest.raises(LookupError, match="nobody in the directory is called 'x'"):
                    identity_center.person("x")
    """)

    pytester.runpytest_inprocess("-p", "no:xdist").assert_outcomes(passed=3)


def test_a_directory_that_is_wrong_is_refused_with_its_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.identity_center(directory="accounts:\\n  - {id: 123456789012}")
        def test_it(identity_center):
            pass
    """)
    result = pytester.runpytest_inprocess("-p", "no:xdist")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*DirectoryInvalid*directory.yaml:2*"])


def test_without_the_extra_the_fixture_says_what_to_install(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import sys

        class NotInstalled:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {"starlette", "uvicorn", "sqlalchemy"}:
                    raise ModuleNotFoundError(f"No module named {name!r}", name=name)

        sys.meta_path.insert(0, NotInstalled())
    """)
    pytester.makepyfile("def test_it(identity_center): pass")
    result = pytester.runpytest_subprocess("-p", "no:xdist")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "`the fixture identity_center` needs the center part of sekisho*",
            "do: python -m pip install '.[[]center]'",
        ]
    )
