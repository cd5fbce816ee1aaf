"""Native delivery: the AWS CLI's own caches, which every SDK reads, with records beside them.

Assumed roles lie beside the records: the AWS CLI's own files of them could not be bound.
"""

import contextlib
from datetime import datetime
from pathlib import Path

from sekisho import files
from sekisho.errors import FileUnreadable, TokenInvalid
from sekisho.model import Form, Role, RoleCredentials, SignInTarget, TokenKey
from sekisho.ports import Clock
from sekisho.store import cachefile, keys
from sekisho.store.assumed import is_ours, parse_assumed, render_assumed, source_of
from sekisho.store.interface import (
    AssumedRole,
    CachedToken,
    Registration,
    TokenRecord,
    login_of,
)
from sekisho.store.records import is_bound, listing, parse_record, render_record, same_place
from sekisho.store.settle import Torn, read_settled, read_settled_or_none
from sekisho.values import dataclass, replace

__all__ = ["NativeStore"]


@dataclass(frozen=True, slots=True)
class NativeStore:
    """A `Store` in `~/.aws/sso/cache` and `~/.aws/cli/cache`, files 0600, written atomically.

    A file that stays torn for half a second (by `clock`) counts as absent where it can be had
    again, and raises `errors.TokenInvalid` where it is a token. Nothing is renamed or deleted
    for being torn: the AWS CLI may be writing it.
    """

    home: Path
    """Whose `.aws` it is."""
    state: Path
    """sekisho's state folder: records and their locks."""
    clock: Clock

    def token(self, key: TokenKey) -> CachedToken | None:
        """Read a token; see `Store.token`.

        A start URL and a session of that very name share one file; what the other form's sign-in
        left there is none of this key's.
        """
        path = keys.token_file(self.home, key)
        try:
            token = read_settled(path, cachefile.parse_token, self.clock)
        except Torn as torn:
            raise TokenInvalid(key.value, path, str(torn), login=login_of(key)) from None
        return None if token is None or self._is_of_the_other_form(key, token) else token

    def put_token(
        self,
        key: TokenKey,
        token: CachedToken,
        record: TokenRecord,
        *,
        outdated: tuple[Role, ...] = (),
    ) -> None:
        """Write a token and its record, so that a crash anywhere leaves nothing misleading.

        To the same place (a refresh, a new sign-in) the record goes first: until the token
        follows, the old token is beside a record with the same endpoints, its person unknown.
        To another place the old record goes first: until both are written, the token has none.
        """
        with files.lock(keys.record_lock(self.state, self.home, key)):
            self._remove_assumed(key)
            for role in outdated:
                files.remove(keys.role_file(self.home, key, role))
            self._write_both(key, token, record)

    def put_refreshed(
        self, key: TokenKey, token: CachedToken, record: TokenRecord, *, replaces: str
    ) -> bool:
        """Write a refreshed token where it came from; see `Store.put_refreshed`."""
        with files.lock(keys.record_lock(self.state, self.home, key)):
            held = self._token_now(key)
            if held is None or keys.sha256_hex(held.access_token.reveal()) != replaces:
                return False
            self._write_both(key, token, record)
            return True

    def put_refused(self, key: TokenKey, digest: str) -> None:
        """Note a refused refresh token; see `Store.put_refused`."""
        with files.lock(keys.record_lock(self.state, self.home, key)):
            record = self.record(key)
            if record is not None:
                self._write_record(key, replace(record, refused=digest))

    def record(self, key: TokenKey) -> TokenRecord | None:
        """Read the record of a token; see `Store.record`."""
        path = keys.record_file(self.state, self.home, key)
        return read_settled_or_none(path, parse_record, self.clock)

    def put_record(self, key: TokenKey, record: TokenRecord) -> None:
        """Write the record alone; see `Store.put_record`."""
        with files.lock(keys.record_lock(self.state, self.home, key)):
            self._remove_assumed(key)
            self._write_record(key, record)

    def put_issued(self, key: TokenKey, token_sha256: str, credentials: RoleCredentials) -> bool:
        """Write role credentials and list them; see `Store.put_issued`.

        The record goes first: a crash leaves old credentials that do not count.
        """
        with files.lock(keys.record_lock(self.state, self.home, key)):
            token, record = self._token_now(key), self.record(key)
            if token is None or record is None:
                return False
            if keys.sha256_hex(token.access_token.reveal()) != token_sha256:
                return False
            old = self.role_credentials(key, credentials.role)
            gone = keys.issued_digest(old) if old else None
            digest = keys.issued_digest(credentials)
            self._write_record(key, listing(record, token_sha256, digest, gone))
            self.put_role_credentials(key, credentials)
            return True

    def registration(self, target: SignInTarget) -> Registration | None:
        """Read a client registration; see `Store.registration`."""
        path = keys.registration_file(self.home, target)
        return read_settled_or_none(path, cachefile.parse_registration, self.clock)

    def put_registration(self, target: SignInTarget, registration: Registration) -> None:
        """Write a client registration; see `Store.put_registration`."""
        path = keys.registration_file(self.home, target)
        files.write_private(path, cachefile.render_registration(registration))

    def role_credentials(self, key: TokenKey, role: Role) -> RoleCredentials | None:
        """Read cached role credentials; see `Store.role_credentials`."""
        path = keys.role_file(self.home, key, role)
        return read_settled_or_none(
            path, lambda data: cachefile.parse_role_credentials(data, role), self.clock
        )

    def put_role_credentials(self, key: TokenKey, credentials: RoleCredentials) -> None:
        """Write role credentials; see `Store.put_role_credentials`."""
        path = keys.role_file(self.home, key, credentials.role)
        files.write_private(path, cachefile.render_role_credentials(credentials))

    def assumed_role(self, key: TokenKey, asked: str) -> AssumedRole | None:
        """Read an assumed role; see `Store.assumed_role`.

        Nobody but sekisho writes there, and sekisho writes whole files: nothing is waited for.
        """
        path = keys.assumed_file(self.state, self.home, key, asked)
        data = files.read(path)
        if data is None:
            return None
        try:
            assumed = parse_assumed(data)
        except RecursionError:
            raise FileUnreadable(path, "it is nested too deeply") from None
        except ValueError as error:
            raise FileUnreadable(path, str(error)) from None
        if assumed.asked != asked:
            raise FileUnreadable(path, "it was assumed for something else")
        return assumed

    def assumed_roles(self, key: TokenKey) -> tuple[AssumedRole, ...]:
        """Read all assumed roles of a sign-in; see `Store.assumed_roles`."""
        found = list[AssumedRole]()
        for path in self._assumed_files(key):
            with contextlib.suppress(FileUnreadable, ValueError, RecursionError):
                found.append(parse_assumed(files.read(path) or b""))
        return tuple(found)

    def put_assumed(
        self,
        key: TokenKey,
        asked: str,
        credentials: RoleCredentials,
        *,
        source: str,
        kept_at: datetime,
    ) -> bool:
        """Write an assumed role and list it; see `Store.put_assumed` and `put_issued`."""
        with files.lock(keys.record_lock(self.state, self.home, key)):
            token, record = self._token_now(key), self.record(key)
            if token is None or record is None or not is_bound(token, record):
                return False
            if source not in record.issued:
                return False
            gone = self._listed_as(key, asked)
            digest = keys.assumed_digest(asked, credentials)
            self._write_record(key, listing(record, record.token_sha256, digest, gone))
            path = keys.assumed_file(self.state, self.home, key, asked)
            assumed = AssumedRole(asked, record.person, kept_at, credentials)
            files.write_private(path, render_assumed(assumed))
            return True

    def forget_assumed(self, key: TokenKey) -> None:
        """Remove the assumed roles of a sign-in, be they torn; see `Store.forget_assumed`."""
        with files.lock(keys.record_lock(self.state, self.home, key)):
            self._remove_assumed(key)

    def forget(self, key: TokenKey, roles: tuple[Role, ...], *, keep_token: bool = False) -> None:
        """Remove one sign-in; see `Store.forget`. Client registrations stay."""
        token_file, record_file = self._files(key)
        with files.lock(keys.record_lock(self.state, self.home, key)):
            if not keep_token:
                files.remove(token_file)
            for role in roles:
                files.remove(keys.role_file(self.home, key, role))
            self._remove_assumed(key)
            files.remove(record_file)

    def forget_roles(self, key: TokenKey, roles: tuple[Role, ...]) -> None:
        """Remove the role credentials of `roles`, and what was assumed with them; the sign-in stays.

        Raises `FileUnwritable`.
        """
        sources = {(role.account_id, role.role_name) for role in roles}
        with files.lock(keys.record_lock(self.state, self.home, key)):
            for role in roles:
                files.remove(keys.role_file(self.home, key, role))
            for assumed in self.assumed_roles(key):
                if source_of(assumed) in sources:
                    files.remove(keys.assumed_file(self.state, self.home, key, assumed.asked))

    def _files(self, key: TokenKey) -> tuple[Path, Path]:
        token_file = keys.token_file(self.home, key)
        return token_file, keys.record_file(self.state, self.home, key)

    def _assumed_files(self, key: TokenKey) -> list[Path]:
        folder = keys.assumed_folder_of(self.state, self.home, key)
        return [path for path in sorted(folder.glob("*")) if is_ours(path) and path.is_file()]

    def _remove_assumed(self, key: TokenKey) -> None:
        for path in self._assumed_files(key):
            files.remove(path)

    def _listed_as(self, key: TokenKey, asked: str) -> str | None:
        try:
            old = self.assumed_role(key, asked)
        except FileUnreadable:
            return None
        return None if old is None else keys.assumed_digest(asked, old.credentials)

    def _is_of_the_other_form(self, key: TokenKey, token: CachedToken) -> bool:
        other = Form.LEGACY if key.form is Form.SSO_SESSION else Form.SSO_SESSION
        record = self.record(replace(key, form=other))
        return record is not None and is_bound(token, record)

    def _token_now(self, key: TokenKey) -> CachedToken | None:
        path = keys.token_file(self.home, key)
        return read_settled_or_none(path, cachefile.parse_token, self.clock)

    def _write_both(self, key: TokenKey, token: CachedToken, record: TokenRecord) -> None:
        token_file, record_file = self._files(key)
        old = self.record(key)
        if old is not None and same_place(old, record):
            files.write_private(record_file, render_record(record))
            files.write_private(token_file, cachefile.render_token(token))
        else:
            files.remove(record_file)
            files.write_private(token_file, cachefile.render_token(token))
            files.write_private(record_file, render_record(record))

    def _write_record(self, key: TokenKey, record: TokenRecord) -> None:
        files.write_private(keys.record_file(self.state, self.home, key), render_record(record))
