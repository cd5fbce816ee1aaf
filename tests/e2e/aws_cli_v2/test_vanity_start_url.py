"""A company's own start URL leads the AWS CLI v2 to the center (`spec/identity-center.md` §10: 9)."""

from tests.e2e.aws_cli_v2.conftest import Machine
from tests.unit.adapters.peers import CERTIFICATE, answering, peer

REDIRECT = (
    b"HTTP/1.1 302 Found\r\nLocation: https://hoge.awsapps.com/start/\r\nContent-Length: 0\r\n\r\n"
)


def test_one_redirect_of_a_head_request_is_followed(machine: Machine) -> None:
    with peer(answering(REDIRECT), tls=True) as company:
        start_url = f"{company.https}/start"
        config = machine.home.config.read_text(encoding="utf-8")
        machine.home.write_config(config.replace("https://hoge.awsapps.com/start", start_url))
        machine.home.environ["AWS_CA_BUNDLE"] = str(CERTIFICATE)
        ours = machine.sekisho_login("--profile", "dev")
        kept = machine.token("hoge")["startUrl"]
        theirs = machine.aws_login("--profile", "dev")

    assert theirs.status == 0, theirs.stdout
    assert ours.status == 0, ours.stdout
    assert kept == machine.token("hoge")["startUrl"] == start_url
    assert set(company.heads()) == {"HEAD /start HTTP/1.1"}
    assert machine.center.calls.count("RegisterClient 200") == 1
    assert machine.aws("sts", "get-caller-identity", "--profile", "dev").status == 0
