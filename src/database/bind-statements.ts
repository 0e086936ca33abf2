import { isRaw } from '@mikro-orm/core';
import type { AbstractSqlConnection, AbstractSqlPlatform, SqlMikroORM } from '@mikro-orm/sql';
import { bindValues } from './bound-statement.ts';
import { executeStatement, type StatementExecutor, type StatementResult } from './sql.ts';

type Execute = AbstractSqlConnection['execute'];

/**
 * Makes the ORM send its own statements the way `sql.ts` sends ours: the values apart from the text. By itself it writes
 * them into the text as quoted literals, so that safety rests on the quoting, and whatever shows statements
 * (`pg_stat_activity`, a log of slow ones) shows password hashes and people's data.
 */
export function bindStatements(orm: SqlMikroORM): void {
  const connection = orm.em.getConnection('write');
  const platform = orm.em.getPlatform();
  const execute = async (
    ...[statement, parameters, method = 'all', transaction]: Parameters<Execute>
  ): Promise<unknown> => {
    await connection.ensureConnection();
    const { text, values } = boundOf(statement, parameters ?? [], platform);
    const executor = (transaction ?? connection.getClient()) as StatementExecutor;
    return resultOf(await executeStatement(executor, text, values), method);
  };
  connection.execute = execute as Execute;
}

function boundOf(
  statement: Parameters<Execute>[0],
  parameters: NonNullable<Parameters<Execute>[1]>,
  platform: AbstractSqlPlatform,
) {
  if (typeof statement === 'string') {
    if (!Array.isArray(parameters)) throw new TypeError('Named parameters are not used here.');
    return bindValues(statement, parameters, platform);
  }
  const { sql, params } = isRaw(statement) ? statement : statement.toRaw();
  return bindValues(sql, params, platform);
}

/** In the forms that the ORM's own method gives them. */
function resultOf({ rows, numAffectedRows }: StatementResult, method: 'all' | 'get' | 'run'): unknown {
  if (method === 'all') return rows;
  if (method === 'get') return rows[0];
  return { affectedRows: Number(numAffectedRows ?? rows.length), row: rows[0], rows };
}
