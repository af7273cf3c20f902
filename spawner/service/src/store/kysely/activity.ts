import { sql, type Kysely } from 'kysely';
import type { ActivityNotes } from '../../ports/store.js';
import type { Tables } from './tables.js';

/** One statement for each table, however many rows: what a report costs is a row of JSON. */
export function kyselyActivity(db: Kysely<Tables>): ActivityNotes {
  return {
    async write({ users, sessions }) {
      await db.transaction().execute(async transaction => {
        if (users.length > 0) {
          const notes = JSON.stringify(users.map(({ name, at }) => [name, at]));
          await sql`
            update users set last_activity = max(coalesce(last_activity, 0), note.at)
            from (select json_extract(value, '$[0]') as name, json_extract(value, '$[1]') as at from json_each(${notes})) as note
            where users.name = note.name`.execute(transaction);
        }
        if (sessions.length > 0) {
          const notes = JSON.stringify(sessions.map(({ owner, name, at }) => [owner, name, at]));
          await sql`
            update sessions set last_activity = max(coalesce(last_activity, 0), note.at)
            from (select json_extract(value, '$[0]') as owner, json_extract(value, '$[1]') as name, json_extract(value, '$[2]') as at from json_each(${notes})) as note
            where sessions.owner = note.owner and sessions.name = note.name`.execute(transaction);
        }
      });
    }
  };
}
