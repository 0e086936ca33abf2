import type { SqlEntityManager } from '@mikro-orm/sql';
import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { databaseKinds, inCommand, openSampleDatabase, type SampleDatabase, storedTypes } from '../sample-database.ts';
import { Book, Shelf } from '../sample-library.ts';

interface Scene {
  readonly em: SqlEntityManager;
  readonly shelf: Shelf;
  /** Stands on the shelf. */
  readonly held: Book;
  readonly loose: Book;
}

/** Each changes the links of the shelf, with or without the shelf's event. */
const changes: Readonly<Record<string, (scene: Scene) => void | Promise<void>>> = {
  'adding through the unloaded owner': ({ shelf, loose }) => void shelf.books.add(loose),
  'adding through the unloaded inverse': ({ shelf, loose }) => void loose.shelves.add(shelf),
  'removing through the loaded owner': async ({ shelf, held }) => {
    await shelf.books.init();
    shelf.books.remove(held);
  },
  'removing through the loaded inverse': async ({ shelf, held }) => {
    await held.shelves.init();
    held.shelves.remove(shelf);
  },
  'removing with both sides loaded': async ({ shelf, held }) => {
    await shelf.books.init();
    await held.shelves.init();
    held.shelves.remove(shelf);
  },
  'replacing through the loaded owner': async ({ shelf, loose }) => {
    await shelf.books.init();
    shelf.books.set([loose]);
  },
  'emptying the loaded inverse': async ({ held }) => {
    await held.shelves.init();
    held.shelves.removeAll();
  },
};

test.for(databaseKinds)("on %s a change of links is refused without the owner's event", async (kind) => {
  await using sample = await openSampleDatabase(kind);
  await furnish(sample);

  for (const [what, change] of Object.entries(changes)) {
    await expect(attempt(sample, change), `case: ${what}`).rejects.toThrow(
      /A collection of Shelf .* changed without an event/,
    );
    await expect(
      attempt(sample, async (scene) => {
        scene.loose.retitle('another event');
        scene.held.retitle('another event');
        await change(scene);
      }),
      `${what}, with an event of the book`,
    ).rejects.toThrow(/A collection of Shelf .* changed without an event/);
  }

  expect(await links(sample)).toEqual(['held']);
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED', 'BOOK_PRINTED', 'BOOK_PRINTED', 'SHELF_FILLED']);
});

test("with the owner's event a change of links is written, and the owner's version counts it", async () => {
  const outcomes = new Map<string, unknown>();
  await using sample = await openSampleDatabase();
  await furnish(sample);
  for (const [what, change] of Object.entries(changes)) {
    await expect(
      attempt(sample, async (scene) => {
        await change(scene);
        scene.shelf.fill(what);
        await scene.em.flush();
        outcomes.set(what, await linksSeenBy(scene.em));
        expect(scene.shelf.version).toBe(3);
        throw new Error('next one, please');
      }),
    ).rejects.toThrow('next one, please');
  }

  expect(Object.fromEntries(outcomes)).toEqual({
    'adding through the unloaded owner': ['held', 'loose'],
    'adding through the unloaded inverse': ['held', 'loose'],
    'removing through the loaded owner': [],
    'removing through the loaded inverse': [],
    'removing with both sides loaded': [],
    'replacing through the loaded owner': ['loose'],
    'emptying the loaded inverse': [],
  });
});

test.for(['owner', 'inverse'] as const)(
  'replacing a collection of the %s that was never loaded is refused, event or not',
  async (side) => {
    await using sample = await openSampleDatabase();
    await furnish(sample);

    const replacing = attempt(sample, ({ shelf, loose }) => {
      shelf.fill('replaced');
      if (side === 'owner') shelf.books.set([loose]);
      else loose.shelves.set([shelf]);
    });

    await expect(replacing).rejects.toThrow('was replaced without being loaded');
    expect(await links(sample)).toEqual(['held']);
  },
);

test('a new owner may come with its links', async () => {
  await using sample = await openSampleDatabase();

  await inCommand(() =>
    transact(sample.database, async (em) => {
      const shelf = Shelf.open('new');
      shelf.books.set([Book.print('new')]);
      em.persist(shelf);
    }),
  );

  expect(await links(sample)).toEqual(['new']);
  expect((await storedTypes(sample)).sort()).toEqual(['BOOK_PRINTED', 'SHELF_OPENED']);
});

async function furnish(sample: SampleDatabase): Promise<void> {
  await inCommand(() =>
    transact(sample.database, async (em) => {
      const shelf = Shelf.open('shelf');
      const held = Book.print('held');
      em.persist(shelf);
      await em.flush();
      em.persist([held, Book.print('loose')]);
      await em.flush();
      shelf.fill('furnished');
      shelf.books.add(held);
    }),
  );
}

async function attempt(sample: SampleDatabase, change: (scene: Scene) => void | Promise<void>): Promise<void> {
  await inCommand(() =>
    transact(sample.database, async (em) => {
      const shelf = await em.findOneOrFail(Shelf, { name: 'shelf' });
      const held = await em.findOneOrFail(Book, { title: 'held' });
      const loose = await em.findOneOrFail(Book, { title: 'loose' });
      await change({ em, shelf, held, loose });
    }),
  );
}

const LINKS = 'select b.title from sample_shelf_book l join sample_book b on b.id = l.book_id order by b.title';

async function links(sample: SampleDatabase): Promise<string[]> {
  return (await sample.database.sql<{ title: string }>(LINKS)).map((row) => row.title);
}

async function linksSeenBy(em: SqlEntityManager): Promise<string[]> {
  return (await em.execute<{ title: string }[]>(LINKS)).map((row) => row.title);
}
