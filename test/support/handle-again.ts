import type { App } from '../../src/app.ts';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import type { Handler } from '../../src/event-bus/define-handler.ts';

/** Hands a transactional handler all of its events once more, as a replay does. Returns how many. */
export async function handleAgain({ database, bus }: Pick<App, 'database' | 'bus'>, handler: Handler): Promise<number> {
  if (handler.kind === 'EXTERNAL') throw new Error(`${handler.name} acts outside.`);
  const types = handler.events.map((definition) => definition.type);
  const events = await bus.log.read({ filter: { types }, after: 0, limit: 5_000 });
  const readable = await bus.reader.forHandler(database.sql, events, handler.decrypts);
  await transact(database, (em) =>
    handler.handle(readable, {
      em,
      sql: sqlOf(em),
      causedBy: () => Promise.reject(new Error(`${handler.name} records no events.`)),
      afterCommit: () => undefined,
      repeated: true,
    }),
  );
  return events.length;
}
