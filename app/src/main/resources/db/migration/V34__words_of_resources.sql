-- The words of resources of the types that TRELLIS_TEXT_SEARCH names, for `_text` and `_content`.
create table ix_text (
    shard smallint not null,
    rid   bigint   not null,
    kind  smallint not null,             -- 1: of the narrative, 2: of everything
    words tsvector not null
);
create index ix_text_row on ix_text (shard, rid);
create index ix_text_words on ix_text using gin (words);
