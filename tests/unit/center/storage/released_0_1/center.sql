BEGIN TRANSACTION;
CREATE TABLE access_tokens (
	hash VARCHAR(64) NOT NULL, 
	sign_in_id VARCHAR(64) NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (hash), 
	FOREIGN KEY(sign_in_id) REFERENCES sign_ins (id)
);
INSERT INTO "access_tokens" VALUES('abc54ba208aadb2c4e3a28a94925275a11670c5a4fcec02d47a9634ed724d114','9f90ecc1-2e89-44d7-9019-853d69ce20d3',1795341600);
CREATE TABLE accounts (
	id VARCHAR(64) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	email VARCHAR(320), 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "accounts" VALUES('1234567891011','hoge-dev','dev@hoge.com');
INSERT INTO "accounts" VALUES('1234567891012','hoge-stg',NULL);
INSERT INTO "accounts" VALUES('111122223333','hoge-plain','plain@hoge.com');
INSERT INTO "accounts" VALUES('444455556666','hoge-empty',NULL);
CREATE TABLE assignments (
	account_id VARCHAR(64) NOT NULL, 
	permission_set VARCHAR(32) NOT NULL, 
	principal_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (account_id, permission_set, principal_id), 
	FOREIGN KEY(account_id) REFERENCES accounts (id), 
	FOREIGN KEY(permission_set) REFERENCES permission_sets (name)
);
INSERT INTO "assignments" VALUES('1234567891011','AdministratorAccess','fccb9b4f-57a1-4f5e-9ea0-7ac3c7f5ea92');
INSERT INTO "assignments" VALUES('1234567891012','AdministratorAccess','fccb9b4f-57a1-4f5e-9ea0-7ac3c7f5ea92');
INSERT INTO "assignments" VALUES('1234567891011','ReadOnlyAccess','670defcf-8267-4901-8055-1b9726d5e8a6');
INSERT INTO "assignments" VALUES('111122223333','ReadOnlyAccess','670defcf-8267-4901-8055-1b9726d5e8a6');
INSERT INTO "assignments" VALUES('1234567891011','AdministratorAccess','670defcf-8267-4901-8055-1b9726d5e8a6');
INSERT INTO "assignments" VALUES('1234567891012','ReadOnlyAccess','7598eae9-0563-44a0-a870-1d2d24873214');
CREATE TABLE authorization_requests (
	handle_hash VARCHAR(64) NOT NULL, 
	client_hash VARCHAR(64) NOT NULL, 
	client_name VARCHAR(256) NOT NULL, 
	scopes JSON NOT NULL, 
	redirect_uri TEXT NOT NULL, 
	state TEXT, 
	issuer TEXT NOT NULL, 
	code_challenge VARCHAR(64) NOT NULL, 
	asked_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	answered_at BIGINT, 
	code_hash VARCHAR(64), 
	code_expires_at BIGINT, 
	user_id VARCHAR(64), 
	session_id VARCHAR(64), 
	redeemed_at BIGINT, 
	sign_in_id VARCHAR(64), 
	PRIMARY KEY (handle_hash), 
	UNIQUE (code_hash), 
	FOREIGN KEY(user_id) REFERENCES users (id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id), 
	FOREIGN KEY(sign_in_id) REFERENCES sign_ins (id)
);
CREATE TABLE device_codes (
	hash VARCHAR(64) NOT NULL, 
	user_code VARCHAR(8) NOT NULL, 
	client_hash VARCHAR(64) NOT NULL, 
	client_name VARCHAR(256) NOT NULL, 
	scopes JSON NOT NULL, 
	asked_from VARCHAR(64) NOT NULL, 
	asked_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	interval INTEGER NOT NULL, 
	polls INTEGER NOT NULL, 
	last_poll_at BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	user_id VARCHAR(64), 
	session_id VARCHAR(64), 
	redeemed_at BIGINT, 
	sign_in_id VARCHAR(64), 
	PRIMARY KEY (hash), 
	UNIQUE (user_code), 
	FOREIGN KEY(user_id) REFERENCES users (id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id), 
	FOREIGN KEY(sign_in_id) REFERENCES sign_ins (id)
);
INSERT INTO "device_codes" VALUES('cedf8a0d94cdcdd245d0c0fb7105130be129252a78af1d71d103ee5014ff20dd','BWZLCHTK','cb295c379fbc3d762c570d3982b73502d0558e8f346c4cee49320637dbcb0621','a-tool','["sso:account:access"]','127.0.0.1',1795338000,1795338600,1,0,1795338000,'consumed','670defcf-8267-4901-8055-1b9726d5e8a6','fff97e9c-c1ee-47b0-8c90-b6aa38a3cb66',1795338000,'9f90ecc1-2e89-44d7-9019-853d69ce20d3');
CREATE TABLE groups (
	id VARCHAR(64) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "groups" VALUES('fccb9b4f-57a1-4f5e-9ea0-7ac3c7f5ea92','engineers');
CREATE TABLE instance (
	id VARCHAR(64) NOT NULL, 
	start_urls JSON NOT NULL, 
	region VARCHAR(32) NOT NULL, 
	session_seconds INTEGER NOT NULL, 
	any_account_ids BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "instance" VALUES('ssoins-2e9a0a62f7dc6c6c','["https://hoge.awsapps.com/start"]','us-east-1',28800,1);
CREATE TABLE memberships (
	group_id VARCHAR(64) NOT NULL, 
	user_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (group_id, user_id), 
	FOREIGN KEY(group_id) REFERENCES groups (id), 
	FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "memberships" VALUES('fccb9b4f-57a1-4f5e-9ea0-7ac3c7f5ea92','670defcf-8267-4901-8055-1b9726d5e8a6');
CREATE TABLE permission_sets (
	name VARCHAR(32) NOT NULL, 
	session_seconds INTEGER NOT NULL, 
	managed_policies JSON NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "permission_sets" VALUES('AdministratorAccess',3600,'[]');
INSERT INTO "permission_sets" VALUES('ReadOnlyAccess',43200,'[]');
CREATE TABLE refresh_tokens (
	hash VARCHAR(64) NOT NULL, 
	sign_in_id VARCHAR(64) NOT NULL, 
	generation INTEGER NOT NULL, 
	rotated_at BIGINT, 
	successor_key VARCHAR(32), 
	PRIMARY KEY (hash), 
	FOREIGN KEY(sign_in_id) REFERENCES sign_ins (id)
);
INSERT INTO "refresh_tokens" VALUES('29f3d8fa32468490580edadff74a63420173de395fc8006e29a3c1b121db3be2','9f90ecc1-2e89-44d7-9019-853d69ce20d3',0,NULL,NULL);
CREATE TABLE role_credentials (
	access_key_id VARCHAR(32) NOT NULL, 
	secret_key VARCHAR(32) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	user_id VARCHAR(64) NOT NULL, 
	session_id VARCHAR(64), 
	account_id VARCHAR(64) NOT NULL, 
	permission_set VARCHAR(32) NOT NULL, 
	assumed_account_id VARCHAR(64), 
	assumed_role VARCHAR(64), 
	session_name VARCHAR(64), 
	source_identity VARCHAR(64), 
	issued_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (access_key_id), 
	FOREIGN KEY(user_id) REFERENCES users (id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id)
);
CREATE TABLE role_trusts (
	account_id VARCHAR(64) NOT NULL, 
	role VARCHAR(64) NOT NULL, 
	trusted_account_id VARCHAR(64) NOT NULL, 
	trusted_kind VARCHAR(16) NOT NULL, 
	trusted_name VARCHAR(64) NOT NULL, 
	external_id VARCHAR(1224), 
	PRIMARY KEY (account_id, role, trusted_account_id, trusted_kind, trusted_name), 
	FOREIGN KEY(account_id, role) REFERENCES roles (account_id, name), 
	FOREIGN KEY(trusted_account_id) REFERENCES accounts (id)
);
INSERT INTO "role_trusts" VALUES('1234567891011','deployer','1234567891011','permission_set','AdministratorAccess',NULL);
INSERT INTO "role_trusts" VALUES('1234567891011','deployer','111122223333','permission_set','ReadOnlyAccess','asked-for:42');
INSERT INTO "role_trusts" VALUES('1234567891012','releaser','1234567891011','role','deployer',NULL);
CREATE TABLE roles (
	account_id VARCHAR(64) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	PRIMARY KEY (account_id, name), 
	FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "roles" VALUES('1234567891011','deployer');
INSERT INTO "roles" VALUES('1234567891012','releaser');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(4);
CREATE TABLE sessions (
	id VARCHAR(64) NOT NULL, 
	cookie_hash VARCHAR(64) NOT NULL, 
	user_id VARCHAR(64) NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	user_agent VARCHAR(256) NOT NULL, 
	started_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (cookie_hash), 
	FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "sessions" VALUES('fff97e9c-c1ee-47b0-8c90-b6aa38a3cb66','1223e95f518c2dda7f37e6d55528811c2c1055eb3fceefcc746b3c7df173861b','670defcf-8267-4901-8055-1b9726d5e8a6','','',1795338000,1795366800,NULL);
CREATE TABLE sign_in_failures (
	"key" VARCHAR(64) NOT NULL, 
	failures INTEGER NOT NULL, 
	last_failed_at BIGINT NOT NULL, 
	locked_until BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE sign_ins (
	id VARCHAR(64) NOT NULL, 
	session_id VARCHAR(64) NOT NULL, 
	user_id VARCHAR(64) NOT NULL, 
	client_hash VARCHAR(64) NOT NULL, 
	client_name VARCHAR(256) NOT NULL, 
	asked_from VARCHAR(64) NOT NULL, 
	scopes JSON NOT NULL, 
	token_key VARCHAR(32) NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id), 
	FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "sign_ins" VALUES('9f90ecc1-2e89-44d7-9019-853d69ce20d3','fff97e9c-c1ee-47b0-8c90-b6aa38a3cb66','670defcf-8267-4901-8055-1b9726d5e8a6','cb295c379fbc3d762c570d3982b73502d0558e8f346c4cee49320637dbcb0621','a-tool','127.0.0.1','["sso:account:access"]','k4d1fdcc9',1795338000,NULL);
CREATE TABLE users (
	id VARCHAR(64) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	display_name VARCHAR(256) NOT NULL, 
	password_hash TEXT, 
	enabled BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "users" VALUES('670defcf-8267-4901-8055-1b9726d5e8a6','hoge@hoge.com','Hoge','$argon2id$v=19$m=8,t=1,p=1$+lD8ADfhMDEPuNoSrDxB/A$mJis1SMJjFHdXR6XlUrtulyRz+nETKm9KkfJHCk9cwI',1,1795338000);
INSERT INTO "users" VALUES('7598eae9-0563-44a0-a870-1d2d24873214','fuga@hoge.com','fuga@hoge.com','$argon2id$v=19$m=8,t=1,p=1$1Sr6253gNFV5ucKEH3et3Q$E05Fj9+gR0HDql8uTgBAizIsvO3JQc3KMBXmdKR+f/Q',1,1795338000);
INSERT INTO "users" VALUES('fb3935e2-b466-408c-8ac9-563ffef7ecf8','piyo@hoge.com','piyo@hoge.com','$argon2id$v=19$m=8,t=1,p=1$QiZQ0slI0ir7va0NMVb3EA$SMFSPyHzsuEttk+jEHLvZntzw5U11vdh2f3vInFNAMs',1,1795338000);
CREATE INDEX role_credentials_by_expiry ON role_credentials (expires_at);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);
CREATE INDEX access_tokens_of_sign_in ON access_tokens (sign_in_id);
CREATE INDEX refresh_tokens_of_sign_in ON refresh_tokens (sign_in_id);
CREATE INDEX device_codes_by_expiry ON device_codes (expires_at);
CREATE INDEX authorization_requests_by_expiry ON authorization_requests (expires_at);
COMMIT;
