import { describe, expect, test } from 'vitest';
import { majorOfSnapshot, normaliseDump, printSnapshot } from '../../scripts/schema-snapshot.ts';

const dump = `--
-- PostgreSQL database dump
--

\\restrict f00d

-- Dumped from database version 15.18
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.f() RETURNS void
    LANGUAGE sql
    AS $$
-- why it is so
select 1;
$$;


\\unrestrict f00d
`;

describe('the schema snapshot', () => {
  test('keeps what depends on the schema alone', () => {
    expect(normaliseDump(dump)).toBe(
      'CREATE FUNCTION public.f() RETURNS void\n    LANGUAGE sql\n    AS $$\n-- why it is so\nselect 1;\n$$;\n',
    );
  });

  test('names the version it was dumped with', () => {
    expect(majorOfSnapshot(printSnapshot(17, 'CREATE SCHEMA a;\n'))).toBe(17);
  });

  test('is refused without a version', () => {
    expect(() => majorOfSnapshot('CREATE SCHEMA a;\n')).toThrow('does not name the PostgreSQL version');
  });
});
