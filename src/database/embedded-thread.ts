// Runs PostgreSQL for the program that started this thread (embedded-database.ts).
import { existsSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type {
  EmbeddedAnswer,
  EmbeddedCall,
  EmbeddedFailure,
  EmbeddedRequest,
  EmbeddedRows,
} from './embedded-messages.ts';
import { EmbeddedSession, failureOf } from './embedded-session.ts';

const NOTHING: EmbeddedRows = { columns: [], rows: [], command: '', rowCount: 0 };

const port = parentPort;
if (!port) throw new Error('This is the program of a thread.');

let opened: { readonly database: PGlite; readonly session: EmbeddedSession } | null = null;
let last: Promise<void> = Promise.resolve();
port.on('message', ({ id, request }: EmbeddedCall) => {
  last = last.then(async () => {
    port.postMessage({ id, ...(await answerTo(request)) } satisfies EmbeddedAnswer);
    if (request.kind === 'close') port.close();
  });
});

type Answer = { readonly result: EmbeddedRows } | { readonly failure: EmbeddedFailure };

async function answerTo(request: EmbeddedRequest): Promise<Answer> {
  try {
    if (request.kind === 'open') {
      const database = await open(request.folder);
      opened = { database, session: new EmbeddedSession(database) };
    } else if (request.kind === 'close') {
      await opened?.database.close();
    } else {
      if (!opened) throw new Error('The embedded database is not open.');
      return await opened.session.run(request.statements);
    }
    return { result: NOTHING };
  } catch (error) {
    return { failure: failureOf(error, 0) };
  }
}

async function open(folder: string): Promise<PGlite> {
  if (!existsSync(folder)) await (await import('./embedded-folder.ts')).makeEmbeddedFolder(folder);
  return PGlite.create({ dataDir: folder });
}
