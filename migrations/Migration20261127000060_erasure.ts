import { Migration } from '@mikro-orm/migrations';

/** Erasures of people as background jobs: at most one at a time for each, `subject` being the person's id. */
export class Migration20261127000060_erasure extends Migration {
  override up(): void {
    this.addSql('alter table background_job drop constraint background_job_kind_check');
    this.addSql(
      `alter table background_job add constraint background_job_kind_check check (kind in ('REPLAY', 'REBUILD', 'ERASURE'))`,
    );
    this.addSql(
      `create unique index background_job_one_erasure on background_job (subject) where kind = 'ERASURE' and status in ('PENDING', 'RUNNING')`,
    );
    this.addSql(`create index background_job_erasures on background_job (subject, id) where kind = 'ERASURE'`);
  }

  override down(): void {
    this.addSql(`delete from background_job where kind = 'ERASURE'`);
    this.addSql('drop index background_job_erasures');
    this.addSql('drop index background_job_one_erasure');
    this.addSql('alter table background_job drop constraint background_job_kind_check');
    this.addSql(
      `alter table background_job add constraint background_job_kind_check check (kind in ('REPLAY', 'REBUILD'))`,
    );
  }
}
