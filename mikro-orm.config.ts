import { defineConfig } from '@mikro-orm/postgresql';
import { modules } from './src/catalogue.ts';
import { readEnv } from './src/config/env.ts';
import { ormOptions } from './src/database/orm-options.ts';

/** For the MikroORM command line, against the PostgreSQL server of DATABASE_URL. The embedded database migrates at start. */
export default defineConfig({
  ...ormOptions(modules.flatMap((module) => module.entities)),
  clientUrl: readEnv()['DATABASE_URL'] ?? 'postgresql://127.0.0.1:5432/signalbox',
});
