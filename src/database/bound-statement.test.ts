import { raw } from '@mikro-orm/core';
import type { AbstractSqlPlatform } from '@mikro-orm/sql';
import { describe, expect, it } from 'vitest';
import { bindValues } from './bound-statement.ts';

const platform = { quoteIdentifier: (id: string) => `"${id}"` } as AbstractSqlPlatform;
const bind = (text: string, ...parameters: unknown[]) => bindValues(text, parameters, platform);

describe('a statement', () => {
  it('keeps its values apart, whatever they contain', () => {
    expect(bind('select * from t where a = ? and b = ?', "x' or 1=1 --", '$1?')).toEqual({
      text: 'select * from t where a = $1 and b = $2',
      values: ["x' or 1=1 --", '$1?'],
    });
  });

  it('without values stays as it is', () => {
    expect(bind('select a ? b')).toEqual({ text: 'select a ? b', values: [] });
  });

  it('has identifiers quoted and escaped question marks restored', () => {
    expect(bind('select ?? from t where a \\? ?', 'name', 'key')).toEqual({
      text: 'select "name" from t where a ? $1',
      values: ['key'],
    });
  });

  it('spreads lists, one place an item, and fragments with values of their own', () => {
    expect(bind('a in (?) and b = ? and c = ?', [1, 2], raw('lower(?)', ['X']), null)).toEqual({
      text: 'a in ($1, $2) and b = lower($3) and c = $4',
      values: [1, 2, 'X', null],
    });
  });

  it('sends times in UTC, objects as JSON and big numbers as text', () => {
    const when = new Date('2026-11-26T12:00:00.000Z');
    expect(bind('?, ?, ?, ?', when, { a: [1] }, 9007199254740993n, true).values).toEqual([
      '2026-11-26T12:00:00.000Z',
      '{"a":[1]}',
      '9007199254740993',
      true,
    ]);
  });
});
