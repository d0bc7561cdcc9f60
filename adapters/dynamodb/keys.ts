import { createHash } from 'node:crypto';

/** How the one table is laid out. Every item has `pk` and `sk`; a body is JSON text in `body`; `expires` is the table's TTL attribute. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const storyPartition = (id: string) => `STORY#${id}`;
/** The hot state and the intakes beside it sort together, so that one query reads them and nothing that grows. */
export const hotPrefix = 'HOT';
export const storyKey = (id: string): Key => ({ pk: storyPartition(id), sk: hotPrefix });
export const intakePrefix = 'HOT#INTAKE#';
export const intakeKey = (story: string, intake: string): Key => ({
  pk: storyPartition(story),
  sk: `${intakePrefix}${intake}`,
});

export const phoneKey = (id: string): Key => ({ pk: `PHONE#${id}`, sk: 'PHONE' });
export const causeKey = (cause: string): Key => ({ pk: `CAUSE#${cause}`, sk: 'CAUSE' });

/** All moments of one commit are one item, under the story, else the phone, else the cause itself. */
export const momentPrefix = 'MOMENT#';
export const momentKey = (partition: string, at: string, cause: string): Key => ({
  pk: partition,
  sk: `${momentPrefix}${at}#${cause}`,
});

/** All events of one commit are one item; the table's stream brings it to the relay. */
export const outboxPrefix = 'OUTBOX#';
export const outboxKey = (cause: string): Key => ({ pk: `${outboxPrefix}${cause}`, sk: 'OUTBOX' });

/**
 * Records of a kind lie in sixteen partitions, so that they can be listed by queries alone (a scan would read every story) and no
 * single partition takes all texts ever sent.
 */
export const recordShards = 16;
export const recordPartition = (kind: string, shard: number) => `RECORD#${kind}#${shard.toString(16)}`;
export const recordKey = (kind: string, id: string): Key => ({
  pk: recordPartition(kind, (createHash('sha256').update(id).digest()[0] ?? 0) % recordShards),
  sk: id,
});
