"""Whatever a file holds, lint reads it to the end."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sekisho.awsconfig.document import parse
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint.engine import lint
from sekisho.lint.remains import without_faults
from sekisho.lint.report import to_text
from tests.property.config_files import config_files

FILES = ConfigFiles(Path("config"), Path("credentials"))


@given(data=config_files | st.binary(max_size=200))
def test_what_remains_of_a_file_has_no_faults_and_its_lines_keep_their_numbers(
    data: bytes,
) -> None:
    document = parse(data)

    remains = without_faults(document)

    assert not remains.faults
    assert len(remains.lines) in {0, len(document.lines)}
    assert all(
        section.header in document.lines[section.line - 1] or "\ufffd" in section.header
        for section in remains.sections
    )


@given(data=config_files)
def test_a_file_without_faults_remains_as_it_is(data: bytes) -> None:
    document = parse(data)

    assert document.faults or without_faults(document) == document


@given(config=config_files, credentials=config_files | st.binary(max_size=60))
def test_every_fault_is_found_and_every_place_is_in_the_file(
    config: bytes, credentials: bytes
) -> None:
    findings = lint(FILES, config=config, credentials=credentials)

    faults = [finding for finding in findings if finding.rule == "SK200"]
    documents = {FILES.config: parse(config), FILES.credentials: parse(credentials)}
    assert {(f.file, f.line, f.column) for f in faults} == {
        (path, fault.line, fault.column)
        for path, document in documents.items()
        for fault in document.faults
    }
    assert all(1 <= f.line <= len(documents[f.file].lines) and f.column >= 1 for f in findings)
    assert to_text(findings).endswith("\n")
