/** Place: where in the queue a job goes: its key, which is one of its installation's few places, and its rank. */
import { z } from 'zod';
import type { Lane } from '#ports/queue.ts';
import type { Transaction } from '#ports/store.ts';
import type { Database } from './database.ts';
import { names } from './perform.ts';

export interface Wanted {
  readonly run: string;
  /** The subject's. */
  readonly key: string;
  readonly lane: Lane;
  /** Nobody waits for it. */
  readonly automatic: boolean;
  /** It goes before all others. */
  readonly urgent: boolean;
  /** How many runs of one installation may work at once. */
  readonly cap: number;
}

export interface Place {
  /** One job of this key is worked on at a time, which an index holds to. */
  readonly key: string;
  /** Whose it is, for ranks: the installation, where the run has one. */
  readonly owner: string | null;
  /** The higher goes first. */
  readonly priority: number;
}

/** Ranks from here on are of jobs that a person waits for, all below of automatic ones; each class has a billion. */
export const personal = 1_000_000_000;
/** The rank above all of them. */
export const urgentRank = 2 * personal;

const Rows = z
  .tuple([z.object({ place: z.string(), owner: z.string().nullable(), rank: z.int().nullable() })])
  .or(z.tuple([]));

/**
 * Behind all that its owner has waiting, and otherwise beside the first of those that wait: so nobody's later jobs go
 * before another's first, and none is overtaken by its own owner's.
 */
const ranked = (lane: Lane) => `mine.installation::text as owner, (
    select least(max(priority), min(priority) filter (where group_tier = mine.installation::text) - 1)
    from pgboss.job where name = '${names[lane]}' and state < 'active' and start_after <= now()
      and (priority < ${personal}) = $2::boolean) as rank`;

/** What one installation may have at the desk at once: somebody there is always free for others. */
const deskPlaces = 3;

/**
 * Behind what is there of its subject, also where that is cancelled and still ends. Else an urgent one in a place of its
 * own, and all others in the one of their installation's that the fewest have.
 */
const atDesk = `
  with mine as (select * from sluice.runs where id = $1), there as (
    select job.singleton_key as place, job.data->>'key' as subject, job.state = 'active' as active,
      (job.state = 'active' or job.start_after <= now())::int as due
    from pgboss.job job, mine where job.name = '${names.desk}' and job.state <= 'active'
      and (job.group_tier = mine.installation::text or job.data->>'key' = mine.key)
  )
  select coalesce(
    (select there.place from there where subject = mine.key order by active desc limit 1),
    case when $3::boolean then mine.key end,
    (select mine.installation || '/desk/' || free from generate_series(0, ${deskPlaces - 1}) as free
     left join there on there.place = mine.installation || '/desk/' || free
     group by free order by coalesce(sum(due), 0), free limit 1),
    mine.key) as place, ${ranked('desk')} from mine`;

/**
 * The slot that it has, else that of the run which it superseded and whose work may still be ending, else the one that
 * the fewest have. Slot 0 is kept from automatic runs.
 */
const atWork = `
  with mine as (select * from sluice.runs where id = $1), used as (
    select others.slot, count(*) as count from sluice.runs others, mine
    where others.installation = mine.installation and others.slot is not null
      and others.state in ('queued', 'running') and others.id <> mine.id
    group by others.slot
  )
  update sluice.runs set slot = coalesce(
      case when mine.slot < $3::int then mine.slot end,
      (select older.slot from sluice.runs older
       where older.superseded_by = $1 and older.slot < $3::int order by older.seq desc limit 1),
      (select free from generate_series(case when $2::boolean then least(1, $3::int - 1) else 0 end, $3::int - 1) as free
       left join used on used.slot = free order by coalesce(used.count, 0), free limit 1))
  from mine where runs.id = mine.id
  returning coalesce(mine.installation || '/' || runs.slot, mine.key) as place, ${ranked('work')}`;

const choosing = `select pg_advisory_xact_lock(hashtextextended('slots/' || installation, 0))
  from sluice.runs where id = $1`;

export async function placeOf(database: Database, tx: Transaction, wanted: Wanted): Promise<Place> {
  const { run, key, lane, automatic, urgent, cap } = wanted;
  // Two that choose at once would choose the same slot.
  await database.query(choosing, [run], tx);
  const rows =
    lane === 'desk'
      ? await database.query(atDesk, [run, automatic, urgent], tx)
      : await database.query(atWork, [run, automatic, cap], tx);
  const [found] = Rows.parse(rows);
  const top = automatic ? personal - 1 : 2 * personal - 1;
  // What is no run of ours, as in tests of the queue alone, has its subject's place.
  const { place, owner, rank } = found ?? { place: key, owner: null, rank: top };
  const within = Math.min(top, Math.max(rank ?? top, top - personal + 1));
  return { key: place, owner, priority: urgent ? urgentRank : within };
}
