import { Migration } from '@mikro-orm/migrations';

/** What time it is at the primary, for replicas to tell how far they have come. */
export class Migration20261127000021_replica_heartbeat extends Migration {
  override up(): void {
    this.addSql(`create table replica_heartbeat (id boolean not null primary key check (id), at timestamptz not null)`);
  }

  override down(): void {
    this.addSql('drop table replica_heartbeat');
  }
}
