/** Place: where in the queue a job goes: its key, which is one of its installation's few slots, and its rank. */
import { z } from 'zod';
import type { Lane } from '#ports/queue.ts';
import type { Transaction } from '#ports/store.ts';
import type { Database } from './database.ts';

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
  /** The higher goes first. */
  readonly priority: number;
}

/** Where ranks of jobs begin that a person waits for; all below are of automatic ones. */
export const personal = 1000;
/** The rank above all of them. */
export const urgentRank = 2 * personal;

const Rows = z.tuple([z.object({ place: z.string(), ahead: z.coerce.number() })]).or(z.tuple([]));

/** How many of the installation wait already: so none of its later ones goes before another installation's first. */
const ahead = `(select count(*) from (
    select 1 from sluice.runs other
    where other.installation = mine.installation and other.state = 'queued' and other.id <> mine.id
    limit ${personal - 1}) as others) as ahead`;

const atDesk = `select mine.key as place, ${ahead} from sluice.runs mine where id = $1`;

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
      case when mine.slot < $2 then mine.slot end,
      (select older.slot from sluice.runs older
       where older.superseded_by = $1 and older.slot < $2 order by older.seq desc limit 1),
      (select free from generate_series($3::int, $2::int - 1) as free left join used on used.slot = free
       order by coalesce(used.count, 0), free limit 1))
  from mine where runs.id = mine.id
  returning coalesce(mine.installation || '/' || runs.slot, mine.key) as place, ${ahead}`;

const choosing = `select pg_advisory_xact_lock(hashtextextended('slots/' || installation, 0))
  from sluice.runs where id = $1`;

export async function placeOf(database: Database, tx: Transaction, wanted: Wanted): Promise<Place> {
  const { run, key, lane, automatic, urgent, cap } = wanted;
  const first = automatic && cap > 1 ? 1 : 0;
  // Two that choose at once would choose the same slot.
  if (lane === 'work') await database.query(choosing, [run], tx);
  const rows =
    lane === 'desk'
      ? await database.query(atDesk, [run], tx)
      : await database.query(atWork, [run, cap, first], tx);
  const [found] = Rows.parse(rows);
  return { key: found?.place ?? key, priority: rankOf(found?.ahead ?? 0, { automatic, urgent }) };
}

function rankOf(before: number, { automatic, urgent }: Pick<Wanted, 'automatic' | 'urgent'>) {
  if (urgent) return urgentRank;
  return (automatic ? 0 : personal) + personal - 1 - before;
}
