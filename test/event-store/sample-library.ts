import { Collection, defineEntity, p } from '@mikro-orm/core';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { Sql } from '../../src/database/sql.ts';
import { AggregateRoot, record } from '../../src/event-store/aggregate-root.ts';
import { defineEvent } from '../../src/event-store/define-event.ts';
import { EventCatalogue } from '../../src/event-store/event-catalogue.ts';

/** Two aggregates for tests alone: shelves, and the books that stand on them; the shelf owns the links between both. */
export const ShelfOpened = defineEvent({
  type: 'SHELF_OPENED',
  aggregateType: 'Shelf',
  data: z.object({ name: z.string(), version: z.int() }),
});
export const ShelfRenamed = defineEvent({
  type: 'SHELF_RENAMED',
  aggregateType: 'Shelf',
  data: z.object({ name: z.string(), previous: z.string() }),
});
export const ShelfFilled = defineEvent({
  type: 'SHELF_FILLED',
  aggregateType: 'Shelf',
  data: z.object({ note: z.string() }),
});
export const ShelfClosed = defineEvent({ type: 'SHELF_CLOSED', aggregateType: 'Shelf', data: z.object({}) });
const BookPrinted = defineEvent({
  type: 'BOOK_PRINTED',
  aggregateType: 'Book',
  data: z.object({ title: z.string() }),
});
const BookRetitled = defineEvent({
  type: 'BOOK_RETITLED',
  aggregateType: 'Book',
  data: z.object({ title: z.string() }),
});

const BookSchema = defineEntity({
  name: 'Book',
  tableName: 'sample_book',
  extends: AggregateRoot,
  properties: {
    title: p.text(),
    shelves: () => p.manyToMany(Shelf).mappedBy('books'),
  },
});

export class Book extends BookSchema.class {
  override shelves = new Collection<Shelf>(this);

  static print(title: string): Book {
    const book = Object.assign(new Book(), { id: v7(), title, createdAt: new Date(), updatedAt: new Date() });
    record(book, BookPrinted, () => ({ title }));
    return book;
  }

  retitle(title: string): void {
    this.title = title;
    record(this, BookRetitled, () => ({ title }));
  }
}
BookSchema.setClass(Book);

const ShelfSchema = defineEntity({
  name: 'Shelf',
  tableName: 'sample_shelf',
  extends: AggregateRoot,
  properties: {
    name: p.text().unique(),
    books: () => p.manyToMany(Book).owner().pivotTable('sample_shelf_book'),
  },
});

export class Shelf extends ShelfSchema.class {
  override books = new Collection<Book>(this);

  static open(name: string, id: string = v7()): Shelf {
    const shelf = Object.assign(new Shelf(), { id, name, createdAt: new Date(), updatedAt: new Date() });
    record(shelf, ShelfOpened, () => ({ name, version: shelf.version }));
    return shelf;
  }

  rename(name: string): void {
    const previous = this.name;
    this.name = name;
    record(this, ShelfRenamed, () => ({ name, previous }));
  }

  /** Says that the books on it changed; the caller changes the collection. */
  fill(note: string): void {
    record(this, ShelfFilled, () => ({ note }));
  }

  close(): void {
    record(this, ShelfClosed, () => ({}));
  }
}
ShelfSchema.setClass(Shelf);

export const sampleEntities = [Shelf, Book];
export const sampleCatalogue = new EventCatalogue([
  ShelfOpened,
  ShelfRenamed,
  ShelfFilled,
  ShelfClosed,
  BookPrinted,
  BookRetitled,
]);

const COLUMNS = `id uuid not null primary key, version integer not null, created_at timestamptz not null, updated_at timestamptz not null`;

export async function createSampleTables(sql: Sql): Promise<void> {
  await sql(`create table sample_shelf (${COLUMNS}, name text not null unique)`);
  await sql(`create table sample_book (${COLUMNS}, title text not null)`);
  await sql(`create table sample_shelf_book (
    shelf_id uuid not null references sample_shelf (id) on delete cascade,
    book_id uuid not null references sample_book (id) on delete cascade,
    primary key (shelf_id, book_id))`);
}
