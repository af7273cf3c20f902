import { sql, type RawBuilder } from 'kysely';

/** The later of a time kept and one that has come. */
export function later(column: string, at: number): RawBuilder<number> {
  return sql<number>`max(coalesce(${sql.ref(column)}, 0), ${at})`;
}

export async function removed(query: { executeTakeFirst(): Promise<{ numDeletedRows: bigint }> }): Promise<number> {
  return Number((await query.executeTakeFirst()).numDeletedRows);
}

/** More values than a statement may bind go in parts. */
export function chunks<T>(values: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}

/** Values as one parameter: a list in a statement has no limit then. */
export function anyOf(values: readonly string[]): RawBuilder<string> {
  return sql<string>`(select value from json_each(${JSON.stringify(values)}))`;
}
