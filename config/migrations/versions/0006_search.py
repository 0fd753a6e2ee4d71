"""The index of the archive: its queue, texts, segments and blocks, and the triggers that fill the queue.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TRIGGERS = {
    "sqlite": (
        'CREATE TRIGGER IF NOT EXISTS search_notice_added AFTER INSERT ON notices FOR EACH ROW BEGIN INSERT INTO search_queue SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM search_queue WHERE notice_id = NEW.id); END',
        'CREATE TRIGGER IF NOT EXISTS search_notice_changed AFTER UPDATE OF title, text, url, agency, document_number, source_id, section, kind, regions, attachments, revision, published, withdrawn_at, facts ON notices FOR EACH ROW WHEN OLD.title IS NOT NEW.title OR OLD.text IS NOT NEW.text OR OLD.url IS NOT NEW.url OR OLD.agency IS NOT NEW.agency OR OLD.document_number IS NOT NEW.document_number OR OLD.source_id IS NOT NEW.source_id OR OLD.section IS NOT NEW.section OR OLD.kind IS NOT NEW.kind OR OLD.regions IS NOT NEW.regions OR OLD.attachments IS NOT NEW.attachments OR OLD.revision IS NOT NEW.revision OR OLD.published IS NOT NEW.published OR OLD.withdrawn_at IS NOT NEW.withdrawn_at OR OLD.facts IS NOT NEW.facts BEGIN INSERT INTO search_queue SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM search_queue WHERE notice_id = NEW.id); END',
        'CREATE TRIGGER IF NOT EXISTS search_file_added AFTER INSERT ON attachments FOR EACH ROW BEGIN INSERT INTO search_queue SELECT NEW.notice_id WHERE NOT EXISTS (SELECT 1 FROM search_queue WHERE notice_id = NEW.notice_id); END',
        'CREATE TRIGGER IF NOT EXISTS search_file_changed AFTER UPDATE ON attachments FOR EACH ROW BEGIN INSERT INTO search_queue SELECT NEW.notice_id WHERE NOT EXISTS (SELECT 1 FROM search_queue WHERE notice_id = NEW.notice_id); END',
        'CREATE TRIGGER IF NOT EXISTS search_file_removed AFTER DELETE ON attachments FOR EACH ROW BEGIN INSERT INTO search_queue SELECT OLD.notice_id WHERE NOT EXISTS (SELECT 1 FROM search_queue WHERE notice_id = OLD.notice_id); END',
    ),
    "postgresql": (
        'CREATE OR REPLACE FUNCTION search_notice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO search_queue VALUES (NEW.id) ON CONFLICT (notice_id) DO UPDATE SET notice_id = NEW.id; RETURN NULL; END $$',
        'CREATE OR REPLACE FUNCTION search_file() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO search_queue VALUES (NEW.notice_id) ON CONFLICT (notice_id) DO UPDATE SET notice_id = NEW.notice_id; RETURN NULL; END $$',
        'CREATE OR REPLACE FUNCTION search_file_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO search_queue VALUES (OLD.notice_id) ON CONFLICT (notice_id) DO UPDATE SET notice_id = OLD.notice_id; RETURN NULL; END $$',
        'CREATE OR REPLACE TRIGGER search_notice_added AFTER INSERT ON notices FOR EACH ROW EXECUTE FUNCTION search_notice()',
        'CREATE OR REPLACE TRIGGER search_notice_changed AFTER UPDATE OF title, text, url, agency, document_number, source_id, section, kind, regions, attachments, revision, published, withdrawn_at, facts ON notices FOR EACH ROW WHEN (OLD.title::text IS DISTINCT FROM NEW.title::text OR OLD.text::text IS DISTINCT FROM NEW.text::text OR OLD.url::text IS DISTINCT FROM NEW.url::text OR OLD.agency::text IS DISTINCT FROM NEW.agency::text OR OLD.document_number::text IS DISTINCT FROM NEW.document_number::text OR OLD.source_id::text IS DISTINCT FROM NEW.source_id::text OR OLD.section::text IS DISTINCT FROM NEW.section::text OR OLD.kind::text IS DISTINCT FROM NEW.kind::text OR OLD.regions::text IS DISTINCT FROM NEW.regions::text OR OLD.attachments::text IS DISTINCT FROM NEW.attachments::text OR OLD.revision::text IS DISTINCT FROM NEW.revision::text OR OLD.published::text IS DISTINCT FROM NEW.published::text OR OLD.withdrawn_at::text IS DISTINCT FROM NEW.withdrawn_at::text OR OLD.facts::text IS DISTINCT FROM NEW.facts::text) EXECUTE FUNCTION search_notice()',
        'CREATE OR REPLACE TRIGGER search_file_added AFTER INSERT OR UPDATE ON attachments FOR EACH ROW EXECUTE FUNCTION search_file()',
        'CREATE OR REPLACE TRIGGER search_file_removed AFTER DELETE ON attachments FOR EACH ROW EXECUTE FUNCTION search_file_gone()',
    ),
}


STORAGE = (
    ("search_texts", ("texts", "facts")),
    ("search_segments", ("ids", "seen", "published", "directory")),
    ("search_blocks", ("postings",)),
)


def upgrade() -> None:
    """Apply."""
    op.create_table('search_queue',
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_search_queue_notice_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_search_queue'))
    )
    op.create_table('search_texts',
    sa.Column('notice_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('texts', sa.LargeBinary(), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_search_texts'))
    )
    op.create_table('search_segments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('ids', sa.LargeBinary(), nullable=False),
    sa.Column('seen', sa.LargeBinary(), nullable=False),
    sa.Column('published', sa.LargeBinary(), nullable=False),
    sa.Column('directory', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_segments'))
    )
    op.create_table('search_blocks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('postings', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_blocks'))
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
    for table, columns in STORAGE if op.get_bind().dialect.name == "postgresql" else ():
        op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 8160)")
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER {column} SET STORAGE EXTERNAL")
    # Every notice that is there waits for the index; `yaoxun db index`, the service and a search make it, in batches.
    op.execute("INSERT INTO search_queue (notice_id) SELECT id FROM notices")
