import { Migration } from '@mikro-orm/migrations';

/** Where nodes tell operators which connections they have. Of no use after a crash, so it is not logged. */
export class Migration20261127000050_live_nodes extends Migration {
  override up(): void {
    this.addSql(`create unlogged table live_node (
      node uuid not null primary key,
      seen_at timestamptz not null,
      asked bigint not null default 0,
      answered bigint not null default 0,
      answered_at timestamptz,
      connections jsonb not null default '[]'
    )`);
  }

  override down(): void {
    this.addSql('drop table live_node');
  }
}
