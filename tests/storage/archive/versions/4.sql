BEGIN TRANSACTION;
CREATE TABLE chore (name text primary key) without rowid;
CREATE TABLE draft (
    scope text not null, thread text not null, text text not null, primary key (scope, thread)
) without rowid;
INSERT INTO "draft" VALUES('network:n1','','half a thought');
INSERT INTO "draft" VALUES('network:n1','m1','in the thread');
CREATE TABLE earlier (
    message text not null,
    number integer not null,
    body text not null,
    until integer not null,  -- when this client heard of the edit
    primary key (message, number)
) without rowid;
INSERT INTO "earlier" VALUES('m2',1,'second words',3000);
CREATE TABLE message (
    row integer primary key,
    room integer not null,
    id text not null,
    author text not null,
    at integer,
    body text not null,
    source text,  -- null where it is the body
    kind integer not null,
    revision integer not null,
    edited integer not null,
    deleted integer not null,
    redacted integer not null,
    mentions integer not null,
    sent integer not null,
    news integer,  -- 1 where it counts as unread, 2 where it calls this user, too
    parent text,
    attachments text not null,
    reactions text not null,
    op_id text not null,
    problem text not null
);
INSERT INTO "message" VALUES(1049624576,1,'m1','u2',1001,'first words','**first** words',0,0,0,0,0,0,0,1,NULL,'','','','');
INSERT INTO "message" VALUES(1050673152,1,'m2','u1',1002,'second, changed',NULL,0,2,1,0,0,0,1,NULL,'m1','[["https://x.test/a.png", "a.png", 9, ""]]','[["👍", "u2", "u3"]]','o0','');
INSERT INTO "message" VALUES(1051721728,1,'m3','u3',1003,'[REDACTED]','',0,0,0,0,1,0,0,1,NULL,'','','','');
INSERT INTO "message" VALUES(1051721729,1,'m4','u3',NULL,'',NULL,0,0,0,1,0,0,0,NULL,NULL,'','','','');
INSERT INTO "message" VALUES(1051721730,1,'gap:m4','',1003,'',NULL,2,0,0,0,0,0,0,NULL,NULL,'','','','');
INSERT INTO "message" VALUES(2097152000,1,'m5','u2',2000,'@alice 你好',NULL,0,0,0,0,0,1,0,2,NULL,'','','','');
CREATE TABLE operation (
    op_id text primary key,
    kind text not null,  -- what the wire calls the request
    request text not null,
    message text not null,
    kept text not null  -- its other fields, as JSON
) without rowid;
INSERT INTO "operation" VALUES('o2','chat.edit','{"message_id": "m2", "new_body": "third"}','m2','{"acked": true, "before": "", "held": false, "kept": false, "quiet": false, "scope": "network:n1", "text": "third", "unconfirmed": false, "verb": "edit", "written_at": null}');
CREATE TABLE outgoing (
    number integer primary key autoincrement,
    op_id text not null unique,
    scope text not null,
    kept text not null  -- its other fields, as JSON
);
INSERT INTO "outgoing" VALUES(1,'o1','network:n1','{"after": "", "attachments": ["https://x.test/b"], "attempt": 0, "body": "on its way", "doubt": "", "message_id": "", "parent_id": null, "phase": "queued", "sent_at": null, "since": null, "typed_at": 7}');
CREATE TABLE person (id text primary key, name text not null, role text not null) without rowid;
INSERT INTO "person" VALUES('u2','Bob','admin');
CREATE TABLE place (
    only integer primary key check (only = 1), me text not null, focus text not null
);
INSERT INTO "place" VALUES(1,'u1','network:n1');
CREATE TABLE receipt (
    room integer not null, user text not null, message text not null, primary key (room, user)
) without rowid;
INSERT INTO "receipt" VALUES(1,'u2','m2');
CREATE TABLE room (
    number integer primary key,
    scope text not null unique,
    listed integer not null default 0,
    title text not null default '',
    joined integer not null default 0,
    last_read text not null default '',
    read_row integer,  -- where the last message read stands, or stood
    held integer not null default 0,
    complete integer not null default 0,
    hole text not null default ''
);
INSERT INTO "room" VALUES(1,'network:n1',1,'Lobby',1,'m1',1049624576,0,0,'m5');
CREATE TABLE search_due (
        part integer primary key, what integer not null, at integer not null);
CREATE TABLE search_part (
        low integer primary key, number integer not null unique, size integer not null,
        least integer not null, most integer not null);
CREATE TABLE search_waiting (row integer primary key);
INSERT INTO "search_waiting" VALUES(1049624576);
INSERT INTO "search_waiting" VALUES(1050673152);
INSERT INTO "search_waiting" VALUES(1051721728);
INSERT INTO "search_waiting" VALUES(1051721729);
INSERT INTO "search_waiting" VALUES(1051721730);
INSERT INTO "search_waiting" VALUES(2097152000);
CREATE UNIQUE INDEX message_id on message (id);
CREATE INDEX message_room on message (room);
CREATE INDEX message_news on message (room, news) where news is not null;
CREATE INDEX message_parent on message (parent) where parent is not null;
CREATE INDEX message_author on message (author);
CREATE INDEX message_attached on message (row) where attachments <> '';
CREATE INDEX message_reacted on message (row) where reactions <> '';
CREATE TABLE whose (
    only integer primary key check (only = 1),
    profile text not null, server text not null, user text not null
);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outgoing',1);
COMMIT;
pragma application_id = 2004050792;
pragma user_version = 4;
